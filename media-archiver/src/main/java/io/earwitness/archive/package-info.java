/**
 * From a capture to locked objects: the pipeline, the manifest, the object keys, the commit
 * protocol ({@code docs/formats/commit-protocol.md}) and the verification that anybody can run.
 */
@NullMarked
package io.earwitness.archive;

import org.jspecify.annotations.NullMarked;
