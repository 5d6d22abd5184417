/**
 * Recording metadata (RFC 7865): one tolerant, XXE-safe parser into one model, and how updates
 * change it.
 */
@NullMarked
package io.earwitness.recorder.metadata;

import org.jspecify.annotations.NullMarked;
