package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.FakeMediaPlane.quality;
import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each deviation, as an SRC that has it sends it: recorded all the same, and noted. */
class DeviationsTest {
  private static final String GROUP = "URTOaYeKXHmyNNg+WxAHPA==";
  private static final String SESSION = "6n/7HooUWU+ZG+AaFn1XIA==";

  /** 46 bytes, whose base64 would end in {@code ==}. */
  private static final String UNPADDED_KEY = "A".repeat(62);

  @FunctionalInterface
  private interface Scenario {
    void play(DeviationsTest test) throws Exception;
  }

  private static final Map<Deviation, Scenario> SCENARIOS = new EnumMap<>(Deviation.class);

  static {
    head(Deviation.SRC_TAG_MISSING, ";\\+sip\\.src", "");
    head(Deviation.SRC_TAG_OLD, ";\\+sip\\.src", ";src");
    head(Deviation.SRC_TAG_IN_URI, ">;\\+sip\\.src", ";+sip.src>");
    head(Deviation.REQUIRE_MISSING, "Require: siprec\r\n", "");
    head(Deviation.CONTACT_MALFORMED, "Contact: <", "Contact: <<");

    body(Deviation.METADATA_TYPE_OLD, "rs-metadata+xml", "rs-metadata");
    body(Deviation.DISPOSITION_MISSING, "Content-Disposition: recording-session\r\n", "");
    with(Deviation.METADATA_FIRST, DeviationsTest::withPartsExchanged);
    body(Deviation.MIME_CLOSE_PADDED, "--rs-part-9c1--", "--rs-part-9c1-- ");
    body(Deviation.MIME_CLOSE_MISSING, "--rs-part-9c1--", "");
    body(Deviation.MIME_LINE_END, "--rs-part-9c1\r\n", "--rs-part-9c1\n");

    with(Deviation.METADATA_MISSING, DeviationsTest::withoutMetadata);
    body(Deviation.METADATA_NOT_WELL_FORMED, "Alice Trader", "Alice & Trader");
    body(Deviation.NAMESPACE_WRONG, "ns:recording:1", "ns:recording");
    with(
        Deviation.ROOT_NAME,
        sample ->
            sample
                .replaceInBody("<recording ", "<recording_metadata ")
                .replaceInBody("</recording>", "</recording_metadata>"));
    body(Deviation.DATAMODE_SPELLING, "datamode>", "dataMode>");
    body(Deviation.DATAMODE_UNKNOWN, "<datamode>complete", "<datamode>full");
    body(Deviation.ID_ATTRIBUTE, "<stream stream_id=", "<stream id=");
    body(Deviation.ID_MISSING, "<group group_id=\"" + GROUP + "\">", "<group>");
    body(Deviation.ID_NOT_UUID, "8AFWbQZZXwyBSAkQxeq+8g==", "alice");
    body(Deviation.ID_TWICE, GROUP, SESSION);
    body(Deviation.TIME_WITHOUT_ZONE, "09:30:00Z", "09:30:00");
    body(Deviation.TIME_ZONE_FORM, "09:30:00Z", "09:30:00+0000");
    body(Deviation.TIME_UNREADABLE, "2026-11-20T09:30:00Z", "half past nine");
    body(
        Deviation.SEND_IN_PARTICIPANT,
        "Alice Trader</name></nameID>",
        "Alice Trader</name></nameID><send>CkPCLH0tVL6aWmhmZp/szQ==</send>");
    body(Deviation.AOR_WITHOUT_SCHEME, "\"sip:+12025550101@", "\"+12025550101@");
    body(Deviation.SESSION_ID_FORM, "a1b2c3d4e5f60718293a4b5c6d7e8f90;", "call-1@sbc;");

    body(Deviation.LABEL_MISSING, "a=label:2\r\n", "");
    body(Deviation.LABEL_TWICE, "a=label:2", "a=label:1");
    body(Deviation.LABEL_UNKNOWN, "<label>2</label>", "<label>9</label>");
    body(Deviation.STREAM_NOT_IN_METADATA, "<label>2</label>", "");
    then(
        Deviation.LABELS_WITHOUT_OFFER,
        (test, answer) ->
            test.inCall(answer, "UPDATE", "application/rs-metadata+xml", test.metadata()));

    body(Deviation.NO_DIRECTION, "a=sendonly\r\n", "");
    body(Deviation.DIRECTION_NOT_SENDONLY, "a=sendonly", "a=sendrecv");
    body(Deviation.HOLD_BY_ADDRESS, "c=IN IP4 192.0.2.11", "c=IN IP4 0.0.0.0");
    body(Deviation.ADDRESS_MISSING, "c=IN IP4 192.0.2.11\r\n", "");
    then(
        Deviation.STREAM_GONE,
        (test, answer) ->
            test.inCall(answer, "INVITE", "application/sdp", test.offerOfOneStream()));
    body(
        Deviation.CRYPTO_KEY_UNPADDED,
        "m=audio 40000 RTP/AVP 0 8 101\r\n",
        "m=audio 40000 RTP/SAVP 0 8 101\r\na=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:"
            + UNPADDED_KEY
            + "\r\n");
    then(
        Deviation.SOURCE_PORT_MISMATCH,
        (test, answer) -> {
          test.fixture.media.heard = List.of(quality(0, 5, 0, "127.0.0.1:41000", Instant.now()));
          test.peer.send(inDialog(test.peer, answer, "BYE", 2));
          test.peer.receiveFinal();
        });

    SCENARIOS.put(Deviation.ACK_MISSING, DeviationsTest::beginTwice);
    then(Deviation.BYE_MISSING, (test, answer) -> test.vanish());
    then(Deviation.BYE_REFUSED, (test, answer) -> test.refuseBye());
  }

  private static void with(
      Deviation deviation, java.util.function.UnaryOperator<SampleInvite> change) {
    SCENARIOS.put(deviation, test -> test.begin(change.apply(sample())));
  }

  private static void head(Deviation deviation, String regex, String replacement) {
    with(deviation, sample -> sample.replaceInHead(regex, replacement));
  }

  private static void body(Deviation deviation, String text, String replacement) {
    with(deviation, sample -> sample.replaceInBody(text, replacement));
  }

  @FunctionalInterface
  private interface Later {
    void play(DeviationsTest test, SipPeer.Message answer) throws Exception;
  }

  private static void then(Deviation deviation, Later later) {
    SCENARIOS.put(deviation, test -> later.play(test, test.begin(sample())));
  }

  private ServerFixture fixture;
  private SipPeer peer;

  @BeforeEach
  void open() throws Exception {
    fixture = new ServerFixture();
    peer = fixture.peer(Transport.TCP);
  }

  @AfterEach
  void close() throws Exception {
    peer.close();
    fixture.close();
  }

  private static SampleInvite sample() {
    try {
      return SampleInvite.load("01-rfc8068-basic-two-mlines");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private SipPeer.Message begin(SampleInvite invite) throws Exception {
    peer.send(invite.bytes(peer));
    SipPeer.Message answer = peer.receiveFinal();
    assertThat(answer.status()).isEqualTo(200);
    peer.send(inDialog(peer, answer, "ACK", 1));
    // Behind it, if its metadata can't be read, comes our request for a snapshot
    until(() -> capture().all(CaptureEvent.Message.class).size() >= 3);
    return answer;
  }

  private FakeCaptures.Capture capture() {
    return fixture.captures.captures.getFirst();
  }

  private void inCall(SipPeer.Message answer, String method, String type, String body)
      throws Exception {
    peer.send(inDialog(peer, answer, method, 2, type, body));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
  }

  private String metadata() {
    String body = sample().body();
    int from = body.indexOf("<?xml");
    return body.substring(from, body.indexOf("\r\n--", from));
  }

  private static String sdp() {
    String body = sample().body();
    return body.substring(body.indexOf("v=0"), body.indexOf("--rs-part", 5));
  }

  private String offerOfOneStream() {
    return sdp().substring(0, sdp().lastIndexOf("m=audio"));
  }

  private static SampleInvite withoutMetadata(SampleInvite sample) {
    return sample
        .replaceInHead("multipart/mixed;boundary=rs-part-9c1", "application/sdp")
        .withBody(sdp());
  }

  private static SampleInvite withPartsExchanged(SampleInvite sample) {
    String[] parts = sample.body().split("--rs-part-9c1", -1);
    assertThat(parts).hasSize(4);
    String edge = "--rs-part-9c1";
    return sample.withBody(edge + parts[2] + edge + parts[1] + edge + parts[3]);
  }

  private void beginTwice() throws Exception {
    peer.send(sample().bytes(peer));
    peer.receiveFinal();
    peer.send(
        sample()
            .replaceInHead("CSeq: 1 ", "CSeq: 2 ")
            .replaceInHead("branch=[^;\r]*", "$0-2")
            .bytes(peer));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
  }

  private void vanish() throws Exception {
    fixture.skip(Duration.ofMinutes(121));
    CompletableFuture<Void> watched = fixture.server.watch();
    answer(peer.receive(), 481);
    watched.get(30, TimeUnit.SECONDS);
  }

  /** The recorder is stopped, its SRC doesn't know the method. */
  private void refuseBye() throws Exception {
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(fixture::close);
    SipPeer.Message bye = peer.receive();
    assertThat(bye.startLine()).startsWith("BYE ");
    answer(bye, 405);
    stopped.get(30, TimeUnit.SECONDS);
  }

  private void answer(SipPeer.Message request, int status) throws Exception {
    peer.send(
        "SIP/2.0 %d X\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\nContent-Length: 0\r\n\r\n"
            .formatted(
                status,
                request.header("Via"),
                request.header("From"),
                request.header("To"),
                request.header("Call-ID"),
                request.header("CSeq")));
  }

  /** Fails for a deviation that nothing produces, too. */
  @ParameterizedTest
  @EnumSource
  void eachDeviationIsRecordedAndNotedWithItsPlace(Deviation deviation) throws Exception {
    Objects.requireNonNull(SCENARIOS.get(deviation), "no scenario for " + deviation).play(this);
    until(() -> capture().deviations().stream().anyMatch(f -> f.deviation() == deviation));
    assertThat(capture().deviations())
        .filteredOn(found -> found.deviation() == deviation)
        .singleElement()
        .satisfies(
            found ->
                assertThat(found.detail())
                    .isNotBlank()
                    .doesNotContainIgnoringCase("alice")
                    .doesNotContain("2025550101"));
    assertThat(capture().all(CaptureEvent.Conformance.class))
        .allSatisfy(event -> assertThat(event.findings().src()).isEqualTo("sbc-1"));
  }

  @Test
  void aCallByTheBookDeviatesInNothing() throws Exception {
    SipPeer.Message answer = begin(sample());
    fixture.media.heard = List.of(quality(0, 5, 0, "127.0.0.1:40000", Instant.now()));
    peer.send(
        SampleInvite.load("04-reinvite-transfer-partial")
            .replaceInHead("srs-41aa90", answer.toTag())
            .bytes(peer));
    peer.send(inDialog(peer, peer.receiveFinal(), "ACK", 2));
    peer.send(inDialog(peer, answer, "BYE", 3));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
    until(() -> capture().isClosed());
    assertThat(capture().deviations()).isEmpty();
    // But that it came from this SRC is said
    assertThat(capture().all(CaptureEvent.Conformance.class)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "02-oracle-style-apkt-extensiondata,"
        + " 'namespace-wrong id-attribute-name time-without-zone send-in-participant"
        + " mime-close-padded'",
    "06-malformed-xml, metadata-not-well-formed",
  })
  void aVendorsDialectIsAListOfItsDeviations(String sample, String expected) throws Exception {
    begin(SampleInvite.load(sample));
    assertThat(capture().deviations())
        .extracting(found -> found.deviation().wireName())
        .contains(expected.split(" "));
  }

  /** Looking for deviations takes no time that a hostile header could stretch. */
  @ParameterizedTest
  @ValueSource(strings = {"<", ">", ";", "\"", "\\\\", "; ", "<;", ">;", "?+sip.src-", ":", ","})
  void aContactWithoutSenseCostsNoCall(String what) throws Exception {
    String contact = what.repeat(15_000 / what.length());
    peer.send(
        sample().replaceInHead("Contact: .*", "Contact: " + contact.replace("$", "")).bytes(peer));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
    assertThat(capture().deviations())
        .extracting(DeviationFound::deviation)
        .contains(Deviation.SRC_TAG_MISSING, Deviation.CONTACT_MALFORMED);
  }

  @Test
  void eachIsNotedOnceInACallHoweverOftenItComes() throws Exception {
    SipPeer.Message answer = begin(sample().replaceInBody("a=sendonly\r\n", ""));
    String again = sample().replaceInBody("a=sendonly\r\n", "").body();
    for (int sequence = 2; sequence < 5; sequence++) {
      peer.send(
          inDialog(
              peer, answer, "INVITE", sequence, "multipart/mixed;boundary=rs-part-9c1", again));
      peer.send(inDialog(peer, peer.receiveFinal(), "ACK", sequence));
    }
    peer.send(inDialog(peer, answer, "BYE", 6));
    peer.receiveFinal();
    until(() -> capture().isClosed());
    assertThat(capture().deviations())
        .extracting(DeviationFound::deviation)
        .containsExactly(Deviation.NO_DIRECTION);
  }
}
