/** SDP (RFC 8866) as SIPREC uses it: tolerant of odd input, exact in output. */
@NullMarked
package io.earwitness.recorder.sdp;

import org.jspecify.annotations.NullMarked;
