/**
 * Retention classes, legal holds, licences and disposal. Empty so far: the initial keep-until is
 * {@link io.earwitness.call.KeepUntil}, the locks are set when a call is archived.
 */
@NullMarked
package io.earwitness.retention;

import org.jspecify.annotations.NullMarked;
