/**
 * Object store adapter for S3-compatible servers with Object Lock. The only package that imports
 * the AWS SDK.
 */
@NullMarked
package io.earwitness.archive.store.s3;

import org.jspecify.annotations.NullMarked;
