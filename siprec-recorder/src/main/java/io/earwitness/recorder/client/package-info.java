/** A session recording client (RFC 7866) with real speech, for demos, tests and load. */
@NullMarked
package io.earwitness.recorder.client;

import org.jspecify.annotations.NullMarked;
