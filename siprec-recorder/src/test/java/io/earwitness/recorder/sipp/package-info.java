/** SIPp, a SIP program that is not ours, as a session recording client. For tests of any module. */
@NullMarked
package io.earwitness.recorder.sipp;

import org.jspecify.annotations.NullMarked;
