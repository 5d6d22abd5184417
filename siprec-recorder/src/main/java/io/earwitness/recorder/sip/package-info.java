/**
 * SIP transport and dialogs over JAIN-SIP. The only package that imports javax.sip and gov.nist.
 */
@NullMarked
package io.earwitness.recorder.sip;

import org.jspecify.annotations.NullMarked;
