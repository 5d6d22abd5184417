package io.earwitness.recorder.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.EventScanner;
import gov.nist.javax.sip.EventWrapper;
import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.parser.MessageParserFactory;
import java.util.Properties;
import java.util.UUID;
import javax.sip.IOExceptionEvent;
import javax.sip.PeerUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * The stack with our parts put in as objects, so that several can live in one process with
 * different ones. Dialogs are ours, not the stack's: its own leak when a connection breaks, and
 * answer by themselves what the recorder must hear of.
 */
final class JainStack extends SipStackImpl {
  /** Tells the event scanner that something happened; nothing for a listener. */
  static final class Stopped extends IOExceptionEvent {
    private static final long serialVersionUID = 1L;

    private Stopped(JainStack stack) {
      super(stack, "", 0, "");
    }
  }

  JainStack(NetworkLayer network, MessageParserFactory parsers, SipEndpointConfig config)
      throws PeerUnavailableException {
    super(properties(config.limits(), config.tls()));
    this.networkLayer = network;
    setMessageParserFactory(parsers);
  }

  /**
   * Stops the stack, its event scanner too: that waits for an event before it looks whether it is
   * to stop, in a thread that would keep the process alive.
   */
  @Override
  public void stop() {
    EventScanner scanner = getEventScanner();
    super.stop();
    if (scanner != null) {
      scanner.addEvent(new EventWrapper(new Stopped(this), null));
    }
  }

  private static Properties properties(SipLimits limits, SipEndpointConfig.@Nullable Tls tls) {
    Properties properties = new Properties();
    properties.setProperty("javax.sip.STACK_NAME", "earwitness-" + UUID.randomUUID());
    properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
    String nist = "gov.nist.javax.sip.";
    properties.setProperty(nist + "AUTOMATIC_DIALOG_ERROR_HANDLING", "false");
    properties.setProperty(nist + "STACK_LOGGER", StackLog.class.getName());
    properties.setProperty(nist + "SERVER_LOGGER", MessageLog.class.getName());
    properties.setProperty(nist + "DELIVER_UNSOLICITED_NOTIFY", "true");
    properties.setProperty(nist + "REENTRANT_LISTENER", "true");
    properties.setProperty(nist + "THREAD_POOL_SIZE", "8");
    int largest = limits.headerBytes() + limits.bodyBytes();
    // Of this the stack allows a header section one half
    properties.setProperty(nist + "MAX_MESSAGE_SIZE", Integer.toString(Math.max(largest, 131_072)));
    properties.setProperty(
        nist + "READ_TIMEOUT", Long.toString(Math.max(limits.messageTime().toMillis(), 100)));
    properties.setProperty(nist + "RECEIVE_UDP_BUFFER_SIZE", "4194304");
    properties.setProperty(nist + "SEND_UDP_BUFFER_SIZE", "4194304");
    properties.setProperty(nist + "MAX_SERVER_TRANSACTIONS", "500000");
    // No SSL_HANDSHAKE_TIMEOUT: handshakes are done, in time, before the stack gets a connection
    properties.setProperty(
        nist + "ENABLED_CIPHER_SUITES", String.join(", ", TlsRules.CIPHER_SUITES));
    properties.setProperty(nist + "TLS_CLIENT_PROTOCOLS", String.join(", ", TlsRules.PROTOCOLS));
    properties.setProperty(
        nist + "TLS_CLIENT_AUTH_TYPE",
        tls != null && !tls.clientCertificateRequired() ? "Disabled" : "Enabled");
    properties.setProperty(nist + "THREAD_PRIORITY", Integer.toString(Thread.NORM_PRIORITY));
    return properties;
  }
}
