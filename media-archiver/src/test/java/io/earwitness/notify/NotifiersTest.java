package io.earwitness.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.alarm.Notice;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.outbound.Outbound;
import io.earwitness.outbound.TrustFile;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each channel against a real server of its kind. */
@Execution(ExecutionMode.CONCURRENT)
class NotifiersTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final WebhookKeys KEYS = new WebhookKeys(new byte[WebhookKeys.SECRET_BYTES]);

  @TempDir private Path folder;
  private @Nullable HttpServer http;
  private final BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
  private volatile int answer = 204;

  private record Posted(String path, String signature, String type, byte[] body) {}

  @AfterEach
  void stop() {
    if (http != null) {
      http.stop(0);
    }
  }

  private static Notice notice(AlarmKind kind, TenantSlug tenant) {
    return new Notice(
        Notice.Event.RAISED,
        new Alarm(
            new UUID(1, 2),
            new AlarmKey(tenant, kind, AlarmObject.tenant(tenant)),
            "2 recordings",
            NOW,
            NOW,
            1,
            "rec-1",
            null,
            null));
  }

  private static AlarmChannel channel(ChannelType type, String address) {
    return new AlarmChannel(ACME, "desk", type, address, AlarmSeverity.MAJOR, Duration.ZERO);
  }

  private static Notifiers notifiers(
      boolean local, @Nullable Path trust, @Nullable SmtpSettings smtp) throws IOException {
    var tls = TrustFile.load(trust);
    return new Notifiers(
        new Outbound(local, tls, Duration.ofSeconds(5)), tls, smtp, KEYS, () -> NOW);
  }

  private String serve() throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          posted.add(
              new Posted(
                  exchange.getRequestURI().toString(),
                  "" + exchange.getRequestHeaders().getFirst("Earwitness-Signature"),
                  "" + exchange.getRequestHeaders().getFirst("Content-Type"),
                  exchange.getRequestBody().readAllBytes()));
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    server.start();
    http = server;
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void aWebhookIsSignedAndNamesNothingButIds() throws Exception {
    AlarmChannel channel = channel(ChannelType.WEBHOOK, serve() + "/in?x=1");
    notifiers(true, null, null)
        .tell(
            channel,
            List.of(notice(AlarmKind.CALLS_LOST, ACME), notice(AlarmKind.MEDIA_ONE_WAY, ACME)));
    Posted message = posted.take();
    assertThat(message.path()).isEqualTo("/in?x=1");
    assertThat(message.type()).isEqualTo("application/json");
    JsonNode json = Json.mapper().readTree(message.body());
    assertThat(json.get("tenant").asText()).isEqualTo("acme");
    assertThat(json.get("alarms")).hasSize(2);
    JsonNode first = json.get("alarms").get(0);
    assertThat(first.get("event").asText()).isEqualTo("raised");
    assertThat(first.get("kind").asText()).isEqualTo("calls-lost");
    assertThat(first.get("severity").asText()).isEqualTo("critical");
    assertThat(first.get("object").asText()).isEqualTo("tenant:acme");
    assertThat(first.get("page").asText()).endsWith("alarms.md#calls-lost");

    // As a receiver checks it, by the words of docs/operations/alarms.md
    String[] parts = message.signature().split("[=,]");
    assertThat(parts[1]).isEqualTo(Long.toString(NOW.getEpochSecond()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(
        new SecretKeySpec(KEYS.of(ACME, "desk").getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
    mac.update((parts[1] + ".").getBytes(StandardCharsets.US_ASCII));
    assertThat(parts[3]).isEqualTo(HexFormat.of().formatHex(mac.doFinal(message.body())));
    assertThat(KEYS.of(ACME, "desk")).isNotEqualTo(KEYS.of(TenantSlug.PLATFORM, "desk"));
  }

  @Test
  void redirectsAreNotFollowedAndErrorsTold() throws Exception {
    AlarmChannel channel = channel(ChannelType.WEBHOOK, serve() + "/in");
    answer = 302;
    assertThatThrownBy(() -> tell(channel)).hasMessageContaining("redirects are not followed");
    answer = 500;
    assertThatThrownBy(() -> tell(channel)).hasMessageContaining("it answered 500");
    assertThat(posted).extracting(Posted::path).containsExactly("/in", "/in");
  }

  private static void tell(AlarmChannel channel) throws IOException {
    notifiers(true, null, null).tell(channel, List.of(notice(AlarmKind.CALLS_LOST, ACME)));
  }

  @Test
  void nothingIsSentToThisMachineUnlessThatIsAllowed() throws Exception {
    String url = serve().replace("http:", "https:");
    Notifiers notifiers = notifiers(false, null, null);
    List<Notice> notices = List.of(notice(AlarmKind.CALLS_LOST, ACME));
    for (ChannelType type : List.of(ChannelType.WEBHOOK, ChannelType.TEAMS)) {
      for (String address :
          List.of(
              url,
              url.replace("127.0.0.1", "localhost"),
              "https://[::1]:1/",
              "https://169.254.169.254/latest/meta-data")) {
        assertThatThrownBy(() -> notifiers.tell(channel(type, address), notices))
            .as(address)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("alarms.localAddresses");
      }
      assertThatThrownBy(() -> notifiers.tell(channel(type, "http://192.0.2.1/"), notices))
          .hasMessageContaining("not https");
    }
    assertThatThrownBy(
            () -> notifiers.tell(channel(ChannelType.SYSLOG, "tcp://127.0.0.1:514"), notices))
        .hasMessageContaining("alarms.localAddresses");
    assertThat(posted).isEmpty();
  }

  @Test
  void aReceiverThatDripsOrIsNoHttpServerCostsNoMoreThanItsTime() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Thread.startVirtualThread(
          () -> {
            try (Socket socket = server.accept()) {
              while (true) {
                socket.getOutputStream().write('H');
                Thread.sleep(50);
              }
            } catch (IOException | InterruptedException e) {
              // the sender has had enough
            }
          });
      String url = "http://127.0.0.1:" + server.getLocalPort();
      Notifiers impatient =
          new Notifiers(
              new Outbound(true, TrustFile.load(null), Duration.ofMillis(300)),
              TrustFile.load(null),
              null,
              KEYS,
              () -> NOW);
      assertThatThrownBy(
              () ->
                  impatient.tell(
                      channel(ChannelType.WEBHOOK, url),
                      List.of(notice(AlarmKind.CALLS_LOST, ACME))))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void anotherTenantsAlarmIsNeverTold() throws Exception {
    AlarmChannel channel = channel(ChannelType.WEBHOOK, serve());
    assertThatThrownBy(
            () ->
                notifiers(true, null, null)
                    .tell(
                        channel,
                        List.of(
                            notice(AlarmKind.CALLS_LOST, ACME),
                            notice(AlarmKind.CALLS_LOST, new TenantSlug("globex")))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(posted).isEmpty();
  }

  @Test
  void teamsGetsACard() throws Exception {
    List<Notice> many =
        IntStream.range(0, 12).mapToObj(_ -> notice(AlarmKind.CALLS_LOST, ACME)).toList();
    notifiers(true, null, null).tell(channel(ChannelType.TEAMS, serve() + "/flow"), many);
    byte[] body = posted.take().body();
    JsonNode json = Json.mapper().readTree(body);
    JsonNode attachment = json.get("attachments").get(0);
    assertThat(attachment.get("contentType").asText())
        .isEqualTo("application/vnd.microsoft.card.adaptive");
    assertThat(attachment.get("content").get("type").asText()).isEqualTo("AdaptiveCard");
    assertThat(attachment.get("content").findValuesAsText("text"))
        .contains("Earwitness: 12 alarms, the worst critical", "and 2 more")
        .contains("[critical] calls-lost: tenant:acme");
    assertThat(body).hasSizeLessThan(28_000);
  }

  @Test
  void mailGoesThroughTheServerWithItsUserAndSaysWhatToDo() throws Exception {
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    server.setUser("alarms@platform.example", "alarms", "secret");
    server.start();
    try {
      SmtpSettings settings =
          new SmtpSettings(
              "127.0.0.1",
              server.getSmtp().getPort(),
              SmtpSettings.Security.NONE,
              "alarms",
              "secret",
              "alarms@platform.example");
      AlarmChannel channel = channel(ChannelType.EMAIL, "a@acme.example, b@acme.example");
      notifiers(false, null, settings).tell(channel, List.of(notice(AlarmKind.CALLS_LOST, ACME)));
      assertThat(server.waitForIncomingEmail(5_000, 2)).isTrue();
      MimeMessage message = server.getReceivedMessages()[0];
      assertThat(message.getSubject()).isEqualTo("Earwitness [critical] calls-lost: tenant:acme");
      assertThat(message.getAllRecipients()).hasSize(2);
      assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
      assertThat(GreenMailUtil.getBody(message))
          .contains("2 recordings", "What to do:", "docs/operations/alarms.md#calls-lost");

      SmtpSettings insecure =
          new SmtpSettings(
              "127.0.0.1",
              server.getSmtp().getPort(),
              SmtpSettings.Security.STARTTLS,
              "alarms",
              "secret",
              "alarms@platform.example");
      assertThatThrownBy(
              () ->
                  notifiers(false, null, insecure)
                      .tell(channel, List.of(notice(AlarmKind.CALLS_LOST, ACME))))
          .as("a server without STARTTLS gets nothing")
          .isInstanceOf(IOException.class)
          .hasMessageContaining("STARTTLS");
    } finally {
      server.stop();
    }
    assertThatThrownBy(
            () ->
                notifiers(false, null, null)
                    .tell(
                        channel(ChannelType.EMAIL, "a@acme.example"),
                        List.of(notice(AlarmKind.CALLS_LOST, ACME))))
        .hasMessageContaining("alarms.smtp.host");
  }

  @Test
  void mailGoesByTlsToAServerThatIsTrusted() throws Exception {
    TestKeyStore keys = new TestKeyStore(folder, "127.0.0.1");
    System.setProperty("greenmail.tls.keystore.file", keys.file.toString());
    System.setProperty("greenmail.tls.keystore.password", TestKeyStore.PASSWORD);
    GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
    server.start();
    try {
      SmtpSettings settings =
          new SmtpSettings(
              "127.0.0.1",
              server.getSmtps().getPort(),
              SmtpSettings.Security.TLS,
              null,
              "",
              "alarms@platform.example");
      AlarmChannel channel = channel(ChannelType.EMAIL, "a@acme.example");
      List<Notice> notices = List.of(notice(AlarmKind.CALLS_LOST, ACME));
      assertThatThrownBy(() -> notifiers(false, null, settings).tell(channel, notices))
          .isInstanceOf(IOException.class);
      notifiers(false, keys.pem(), settings).tell(channel, notices);
      assertThat(server.waitForIncomingEmail(5_000, 1)).isTrue();
    } finally {
      server.stop();
    }
  }

  @Test
  void mailGoesByStartTlsAndNothingOfItBefore() throws Exception {
    TestKeyStore keys = new TestKeyStore(folder, "127.0.0.1");
    try (StartTlsServer server = new StartTlsServer(keys.server())) {
      SmtpSettings settings =
          new SmtpSettings(
              "127.0.0.1",
              server.port(),
              SmtpSettings.Security.STARTTLS,
              "alarms",
              "a password",
              "alarms@platform.example");
      AlarmChannel channel = channel(ChannelType.EMAIL, "a@acme.example");
      List<Notice> notices = List.of(notice(AlarmKind.CALLS_LOST, ACME));
      assertThatThrownBy(() -> notifiers(false, null, settings).tell(channel, notices))
          .as("not trusted")
          .isInstanceOf(IOException.class);
      assertThat(server.messages).isEmpty();
      notifiers(false, keys.pem(), settings).tell(channel, notices);
      assertThat(server.messages).hasSize(1);
      assertThat(server.messages.take())
          .contains("To: a@acme.example", "Subject: Earwitness [critical] calls-lost: tenant:acme");
      assertThat(server.plain).isNotEmpty().allMatch(line -> line.matches("EHLO .*|STARTTLS"));
    }
  }

  @Test
  void syslogGoesByTlsInFramesToAServerThatIsTrustedAndHasTheRightName() throws Exception {
    TestKeyStore keys = new TestKeyStore(folder, "127.0.0.1");
    List<Notice> notices =
        List.of(notice(AlarmKind.CALLS_LOST, ACME), notice(AlarmKind.MEDIA_ONE_WAY, ACME));
    String received = syslog(keys, keys.pem(), "127.0.0.1", notices);
    String[] frames = received.split("(?=(?<![0-9])[0-9]+ <)");
    assertThat(frames).hasSize(2);
    for (String frame : frames) {
      int space = frame.indexOf(' ');
      assertThat(Integer.parseInt(frame.substring(0, space)))
          .isEqualTo(frame.substring(space + 1).getBytes(StandardCharsets.UTF_8).length);
    }
    assertThat(frames[0])
        .contains(
            "<129>1 2026-11-21T10:00:00Z rec-1 earwitness - alarm-raised [alarm"
                + " resource=\"tenant:acme\" probableCause=\"other\""
                + " perceivedSeverity=\"critical\"][alarm@32473 id=")
        .contains("kind=\"calls-lost\"");
    assertThat(frames[1]).contains("<131>1");

    assertThatThrownBy(() -> syslog(keys, null, "127.0.0.1", notices))
        .as("not trusted")
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> syslog(keys, keys.pem(), "localhost", notices))
        .as("another name than in its certificate")
        .isInstanceOf(IOException.class);
  }

  private static String syslog(
      TestKeyStore keys, @Nullable Path trust, String host, List<Notice> notices) throws Exception {
    try (ServerSocket server =
        keys.server()
            .getServerSocketFactory()
            .createServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      CompletableFuture<String> received =
          CompletableFuture.supplyAsync(
              () -> {
                try (Socket socket = server.accept();
                    InputStream in = socket.getInputStream()) {
                  return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                } catch (IOException e) {
                  return "";
                }
              });
      notifiers(true, trust, null)
          .tell(
              channel(ChannelType.SYSLOG, "tls://%s:%d".formatted(host, server.getLocalPort())),
              notices);
      try {
        return received.get(10, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new AssertionError(e);
      }
    }
  }
}
