/** The session recording server (RFC 7866): from INVITE to BYE. */
@NullMarked
package io.earwitness.recorder.srs;

import org.jspecify.annotations.NullMarked;
