/**
 * SIP (RFC 3261) transports, transactions and dialogs over JAIN-SIP. The only package that imports
 * {@code javax.sip} and {@code gov.nist}; everything it shows to others is plain records.
 *
 * <p>JAIN-SIP as shipped can be stalled, smuggled through and killed by input. So this package
 * frames and checks every message itself before the stack sees it ({@link
 * io.earwitness.recorder.sip.SipFramer}, {@link io.earwitness.recorder.sip.TaggingDatagramSocket}),
 * hands the stack the header section only, writes without blocking, and keeps dialogs of its own.
 */
@NullMarked
package io.earwitness.recorder.sip;

import org.jspecify.annotations.NullMarked;
