/**
 * The session recording server (RFC 7866): from INVITE to BYE. Decides on each request, keeps the
 * call's state from offers and metadata, and writes all of it into the capture. Knows no SIP stack
 * and no packets.
 */
@NullMarked
package io.earwitness.recorder.srs;

import org.jspecify.annotations.NullMarked;
