/** RTP (RFC 3550) reception: ports, kernel time stamps, source latching, accounting. */
@NullMarked
package io.earwitness.recorder.rtp;

import org.jspecify.annotations.NullMarked;
