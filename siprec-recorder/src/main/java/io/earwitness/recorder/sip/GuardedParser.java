package io.earwitness.recorder.sip;

import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.ContentLength;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.NameMap;
import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.StatusLine;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.parser.ParseExceptionListener;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stack's parser, kept from harm: whatever a message does to it, the thread that called lives
 * on and the message is answered 400. A broken optional header costs that header only.
 */
final class GuardedParser extends StringMsgParser {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedParser.class);

  /** Without these a message can't be placed (RFC 3261 §8.1.1). */
  private static final Set<Class<?>> MANDATORY =
      Set.of(
          From.class,
          To.class,
          CSeq.class,
          Via.class,
          CallID.class,
          ContentLength.class,
          RequestLine.class,
          StatusLine.class);

  /** What there may be one of, and what tells calls and messages apart. */
  private static final List<String> ONCE = List.of("From", "To", "Call-ID", "CSeq");

  /** A request line that ends with another version than 2.0 (RFC 3261 §7.1). */
  private static final Pattern OTHER_VERSION =
      Pattern.compile("^(?!SIP/).* SIP/(?!2\\.0$)[0-9]+\\.[0-9]+$", Pattern.CASE_INSENSITIVE);

  private final Intake intake;

  GuardedParser(Intake intake) {
    this.intake = intake;
  }

  /** Returns null for what was answered here, which both kinds of transport skip quietly. */
  @Override
  public @Nullable SIPMessage parseSIPMessage(
      byte[] tagged, boolean readBody, boolean strict, ParseExceptionListener listener) {
    Intake.Untagged untagged = intake.untag(tagged);
    if (untagged == null) {
      return null;
    }
    RawMessage raw = untagged.message();
    try {
      if (OTHER_VERSION.matcher(startLine(raw)).find()) {
        throw new UnsupportedVersionException();
      }
      SIPMessage message =
          super.parseSIPMessage(untagged.header(), false, false, GuardedParser::tolerate);
      check(message, raw);
      if (message instanceof PlacedRequest request) {
        request.from(raw.source(), raw.transport());
      }
      message.removeContent();
      message.setApplicationData(raw);
      return message;
    } catch (UnsupportedVersionException e) {
      intake.reject(raw, 505, "SIP Version Not Supported");
    } catch (ParseException | RuntimeException | StackOverflowError | LinkageError e) {
      LOG.info("Unreadable SIP message from {}: {}", Peer.text(raw.source()), e.toString());
      intake.reject(raw, 400, "Bad Request (" + reason(e) + ")");
    }
    return null;
  }

  private static String startLine(RawMessage raw) {
    String head = new String(raw.bytes(), 0, raw.bodyStart(), StandardCharsets.ISO_8859_1);
    return head.lines().findFirst().orElse("");
  }

  private static String reason(Throwable e) {
    return e instanceof ParseException && e.getMessage() != null
        ? e.getMessage()
        : e.getClass().getSimpleName();
  }

  private static void check(SIPMessage message, RawMessage raw) throws ParseException {
    if (message.getFrom() == null
        || message.getTo() == null
        || message.getCallId() == null
        || message.getCSeq() == null
        || message.getTopmostVia() == null) {
      throw new ParseException("From, To, Call-ID, CSeq or Via is missing", 0);
    }
    requireOnce(raw.headers());
    if (message.getContentLength() == null) {
      // As on UDP; the stack counts on the header being there
      message.setContentLength(new ContentLength(0));
    }
    if (message instanceof SIPRequest request) {
      complete(request, raw);
      if (!request.getMethod().equalsIgnoreCase(request.getCSeq().getMethod())) {
        throw new ParseException("CSeq names another method", 0);
      }
    }
  }

  /** Of two of these, each reader could take another one (RFC 3261 §7.3.1, RFC 4475 §3.3.8). */
  private static void requireOnce(SipHeaders headers) throws ParseException {
    for (String name : ONCE) {
      if (headers.all(name).size() > 1) {
        throw new ParseException("more than one " + name, 0);
      }
    }
  }

  /**
   * Puts in what the stack insists on and real peers leave out, or write so that it can't be read.
   * Only the stack sees it: everybody else reads the headers as received.
   */
  private static void complete(SIPRequest request, RawMessage raw) throws ParseException {
    if (request.getMaxForwards() == null) {
      request.addHeader(parseSIPHeader("Max-Forwards: 70\r\n"));
    }
    if (request.getContactHeader() == null) {
      request.addHeader(parseSIPHeader("Contact: <sip:" + Peer.text(raw.source()) + ">\r\n"));
    }
  }

  @Override
  protected SIPMessage processFirstLine(
      String line, ParseExceptionListener listener, byte[] message) throws ParseException {
    SIPMessage begun = super.processFirstLine(line, listener, message);
    return begun instanceof SIPRequest request ? PlacedRequest.of(request) : begun;
  }

  @Override
  protected void processHeader(
      String header, SIPMessage message, ParseExceptionListener listener, byte[] raw)
      throws ParseException {
    try {
      super.processHeader(header, message, listener, raw);
    } catch (RuntimeException | StackOverflowError e) {
      int colon = header.indexOf(':');
      Class<?> type =
          colon > 0 ? NameMap.getClassFromName(header.substring(0, colon).strip()) : null;
      tolerate(new ParseException("unreadable header", 0), message, type, header, null);
    }
  }

  private static void tolerate(
      ParseException problem,
      SIPMessage message,
      @Nullable Class<?> type,
      String header,
      @Nullable String whole)
      throws ParseException {
    if (type != null && MANDATORY.contains(type)) {
      throw problem;
    }
    message.addUnparsed(header);
  }

  /** The request is of another SIP version than 2.0. */
  private static final class UnsupportedVersionException extends ParseException {
    private static final long serialVersionUID = 1L;

    UnsupportedVersionException() {
      super("SIP version", 0);
    }
  }
}
