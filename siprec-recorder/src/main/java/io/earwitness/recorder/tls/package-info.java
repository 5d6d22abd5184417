/**
 * Certificates, keys and trust for TLS from PEM files, with the JDK's own means: no other provider
 * loads in the process that takes calls. Knows nothing of SIP.
 */
@NullMarked
package io.earwitness.recorder.tls;

import org.jspecify.annotations.NullMarked;
