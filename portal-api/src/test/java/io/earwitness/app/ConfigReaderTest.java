package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.app.ConfigReader.ConfigException;
import io.earwitness.archive.witness.Witness;
import io.earwitness.call.Network;
import io.earwitness.call.TenantSlug;
import io.earwitness.notify.SmtpSettings;
import io.earwitness.portal.SignInConfig;
import io.earwitness.portal.StoragePrice;
import io.earwitness.portal.TeamsTab;
import io.earwitness.recorder.srs.HealthLimits;
import io.earwitness.recorder.srs.MetadataPolicy;
import io.earwitness.recorder.srs.OverloadLimits;
import io.earwitness.recorder.tls.TlsFiles;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
  private static final String FULL =
      """
      data: /var/lib/earwitness
      node: rec-1
      region: eu-1
      sip:
        address: 192.0.2.10
        port: 5070
        transports: [tcp]
        maxCalls: 500
        tls:
          port: 5071
          certificate: /etc/earwitness/sip.pem
          key: /etc/earwitness/sip.key
          trust: /etc/earwitness/sbcs.pem
          clientCertificate: none
      rtp:
        ports: 20000-20999
        receiver: nio
      recorder:
        drainSeconds: 600
        overload:
          cpuPercent: 85
          receiveLagMillis: 250
          lostPacketsPerSecond: 10
          bufferPercent: 50
          unsyncedSeconds: 5
          freePortsPercent: 10
        health:
          noRtpSeconds: 20
          deadAirSeconds: 40
          lossSeconds: 15
          lossPercent: 3
        metadata:
          omit: [X-Desk, ucid]
      spool:
        reserveMegabytes: 5000
      nodes:
        absentAfterSeconds: 90
        lostAfterHours: 48
        rescueSeconds: 5
        api:
          address: 192.0.2.12
          port: 9443
      audit:
        origin: bank.example/audit
        checkpointSeconds: 60
        bundleMinutes: 15
        witnesses: ["https://witness.example witness.example/w1+eb762cc2+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"]
      http:
        address: 192.0.2.11
        port: 9090
        secure: true
        playReasonRequired: [acme, globex]
        tls:
          certificate: /etc/earwitness/portal.pem
          key: /etc/earwitness/portal.key
        trustedProxies: [10.0.0.0/8, '::1']
        limits:
          requestsPerAddress: 50
          requestsPerAccount: 20
      portal:
        publicUrl: https://calls.example.com
        totp: required-for-privileged
        teams:
          enabled: true
          hosts: [teams.microsoft.com, '*.cloud.microsoft']
      provisioning:
        maxRemovalsPercent: 25
      database:
        url: jdbc:postgresql://db/earwitness
        user: migrator
        password: database-secret
      objects:
        endpoint: https://s3.example.com
        bucket: calls
        region: eu-1
        accessKey: key
        secretKey: object-secret
      alarms:
        localAddresses: true
        smtp:
          host: mail.example
          port: 465
          security: tls
          from: earwitness@bank.example
        email:
          to: ops@bank.example
          minimumSeverity: minor
        webhook:
          url: https://pager.example/hook?key=alarm-secret
          afterMinutes: 15
        syslog:
          address: tls://log.example:6514
        heartbeat:
          url: https://watch.example/ping
          seconds: 30
      delivery:
        folder: /srv/delivery
      storage:
        pricePerGigabyteMonth: 0.023
        currency: USD
      approvals:
        waitingDays: 3
        expiryDays: 14
      """;

  @TempDir private Path folder;

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("earwitness.yaml"), yaml);
  }

  @Test
  void withoutAFileTheDefaultsApply() throws ConfigException {
    Config config = ConfigReader.read(null, Map.of());
    assertThat(config.data()).isEqualTo(Path.of("DATA").toAbsolutePath());
    assertThat(config.node()).isNotBlank();
    assertThat(config.sip())
        .isEqualTo(
            new Config.Sip(
                "127.0.0.1", 5060, EnumSet.allOf(Config.Transport.class), null, 2_000, 200));
    assertThat(config.region()).isEqualTo("default");
    assertThat(config.spool()).isEqualTo(new Config.Spool(1_000));
    assertThat(config.nodes())
        .isEqualTo(
            new Config.Nodes(
                Duration.ofMinutes(1),
                Duration.ofDays(1),
                Duration.ofSeconds(10),
                new Config.NodeApi("127.0.0.1", 8443)));
    assertThat(config.rtp()).isEqualTo(new Config.Rtp(10_000, 29_999, Config.Receiver.AUTO));
    assertThat(config.recorder())
        .isEqualTo(
            new Config.Recorder(
                0, OverloadLimits.DEFAULT, HealthLimits.DEFAULT, MetadataPolicy.KEEP_ALL));
    assertThat(OverloadLimits.DEFAULT).isEqualTo(new OverloadLimits(0, 3_000, 100, 80, 20, 2));
    assertThat(config.audit())
        .isEqualTo(
            new Config.Audit(
                "earwitness.local/audit", Duration.ofMinutes(5), Duration.ofHours(1), List.of()));
    assertThat(config.http())
        .isEqualTo(new Config.Http("127.0.0.1", 8080, false, Set.of(), null, List.of(), 200, 100));
    assertThat(config.provisioning()).isEqualTo(new Config.Provisioning(10));
    assertThat(config.database()).isNull();
    assertThat(config.objects()).isNull();
    assertThat(config.alarms()).isEqualTo(new Config.Alarms(List.of(), null, false, null, null));
    assertThat(config.signIn()).isEqualTo(SignInConfig.DEFAULT);
    assertThat(SignInConfig.DEFAULT)
        .isEqualTo(new SignInConfig(SignInConfig.TotpPolicy.OPTIONAL, null));
    assertThat(config.approvals())
        .isEqualTo(new Config.Approvals(Duration.ofDays(7), Duration.ofDays(7)));
  }

  @Test
  void everySettingOfAFileArrives() throws Exception {
    assertThat(ConfigReader.read(file(FULL), Map.of()))
        .isEqualTo(
            new Config(
                Path.of("/var/lib/earwitness"),
                "rec-1",
                "eu-1",
                new Config.Sip(
                    "192.0.2.10",
                    5070,
                    Set.of(Config.Transport.TCP),
                    new Config.Tls(
                        5_071,
                        Path.of("/etc/earwitness/sip.pem"),
                        Path.of("/etc/earwitness/sip.key"),
                        Path.of("/etc/earwitness/sbcs.pem"),
                        false),
                    500,
                    200),
                new Config.Rtp(20_000, 20_999, Config.Receiver.NIO),
                new Config.Recorder(
                    600,
                    new OverloadLimits(85, 250, 10, 50, 5, 10),
                    new HealthLimits(
                        Duration.ofSeconds(20), Duration.ofSeconds(40), Duration.ofSeconds(15), 3),
                    new MetadataPolicy(Set.of("x-desk", "ucid"))),
                new Config.Spool(5_000),
                new Config.Nodes(
                    Duration.ofSeconds(90),
                    Duration.ofDays(2),
                    Duration.ofSeconds(5),
                    new Config.NodeApi("192.0.2.12", 9_443)),
                new Config.Audit(
                    "bank.example/audit",
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(15),
                    List.of(
                        Witness.parse(
                            "https://witness.example witness.example/w1+eb762cc2+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"))),
                new Config.Http(
                    "192.0.2.11",
                    9090,
                    true,
                    Set.of(DemoTenants.ACME, DemoTenants.GLOBEX),
                    new TlsFiles.Paths(
                        Path.of("/etc/earwitness/portal.pem"),
                        Path.of("/etc/earwitness/portal.key"),
                        null),
                    List.of(Network.parse("10.0.0.0/8"), Network.parse("::1")),
                    50,
                    20),
                new Config.Provisioning(25),
                new Config.Database(
                    "jdbc:postgresql://db/earwitness", "migrator", "database-secret"),
                new Config.Objects(
                    "https://s3.example.com", "calls", "eu-1", "key", "object-secret"),
                new Config.Alarms(
                    List.of(
                        channel(ChannelType.EMAIL, "ops@bank.example", AlarmSeverity.MINOR, 0),
                        channel(
                            ChannelType.WEBHOOK,
                            "https://pager.example/hook?key=alarm-secret",
                            AlarmSeverity.MAJOR,
                            15),
                        channel(
                            ChannelType.SYSLOG, "tls://log.example:6514", AlarmSeverity.MAJOR, 0)),
                    new SmtpSettings(
                        "mail.example",
                        465,
                        SmtpSettings.Security.TLS,
                        null,
                        "",
                        "earwitness@bank.example"),
                    true,
                    null,
                    new Config.Heartbeat(
                        URI.create("https://watch.example/ping"), Duration.ofSeconds(30))),
                new SignInConfig(
                    SignInConfig.TotpPolicy.REQUIRED_FOR_PRIVILEGED,
                    URI.create("https://calls.example.com"),
                    new TeamsTab(List.of("teams.microsoft.com", "*.cloud.microsoft"))),
                new Config.Approvals(Duration.ofDays(3), Duration.ofDays(14)),
                new Config.Delivery(Path.of("/srv/delivery")),
                new StoragePrice(new BigDecimal("0.023"), "USD")));
  }

  private static AlarmChannel channel(
      ChannelType type, String address, AlarmSeverity minimum, int minutes) {
    return new AlarmChannel(
        TenantSlug.PLATFORM, type.wireName(), type, address, minimum, Duration.ofMinutes(minutes));
  }

  @Test
  void mistakesOfAlarmsAreAllTold() throws Exception {
    Path file =
        file(
            """
            alarms:
              email:
                to: nobody
                minimumSeverity: bad
              smtp:
                security: some
                user: x
              webhook:
                url: ftp://x/
              heartbeat:
                url: nonsense
              trust: /nowhere.pem
            """);
    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> ConfigReader.read(file, Map.of()));
    assertThat(e.problems())
        .extracting(problem -> problem.substring(0, problem.indexOf(':')))
        .containsExactlyInAnyOrder(
            "alarms.email.to",
            "alarms.email.minimumSeverity",
            "alarms.smtp.host",
            "alarms.smtp.security",
            "alarms.webhook.url",
            "alarms.heartbeat.url",
            "alarms.trust");
  }

  @Test
  void theNodeApiIsOffWithPort0OrNone() throws Exception {
    for (String port : new String[] {"0", ""}) {
      Config config = ConfigReader.read(null, Map.of("EARWITNESS_NODES_API_PORT", port));
      assertThat(config.nodes().api()).isNull();
    }
  }

  @Test
  void theEnvironmentOverridesTheFile() throws Exception {
    Config config =
        ConfigReader.read(
            file(FULL),
            Map.of(
                "EARWITNESS_SIP_MAX_CALLS", "7",
                "EARWITNESS_OBJECTS_SECRET_KEY", "other",
                "EARWITNESS_HEAP", "2g",
                "PATH", "/bin"));
    assertThat(config.sip().maxCalls()).isEqualTo(7);

    assertThat(config.objects()).extracting(Config.Objects::secretKey).isEqualTo("other");
  }

  @Test
  void allMistakesAreReportedAtOnceEachWithItsSetting() throws Exception {
    Path file =
        file(
            """
            sip:
              adress: 192.0.2.1
              address: somewhere
              port: 70000
              transports: [udp, sctp]
            rtp:
              ports: 10001-10002
              receiver: fast
            database:
              url: mysql://db
            objects:
              endpoint: s3.example.com
            http:
              secure: maybe
              playReasonRequired: [Not A Slug]
            """);
    ConfigException thrown =
        catchThrowableOfType(
            ConfigException.class,
            () -> ConfigReader.read(file, Map.of("EARWITNESS_SIP_PROT", "1")));
    assertThat(thrown.problems())
        .anySatisfy(p -> assertThat(p).contains("'sip.adress'", "did you mean 'sip.address'"))
        .anySatisfy(p -> assertThat(p).contains("sip.address: 'somewhere'"))
        .anySatisfy(p -> assertThat(p).contains("sip.port: '70000'", "1 to 65535"))
        .anySatisfy(p -> assertThat(p).contains("sip.transports: 'sctp'"))
        .anySatisfy(p -> assertThat(p).contains("rtp.ports: 10001-10002"))
        .anySatisfy(p -> assertThat(p).contains("rtp.receiver: 'fast'"))
        .anySatisfy(p -> assertThat(p).contains("database.url"))
        .anySatisfy(p -> assertThat(p).contains("database.user", "EARWITNESS_DATABASE_USER"))
        .anySatisfy(p -> assertThat(p).contains("database.password"))
        .anySatisfy(p -> assertThat(p).contains("objects.endpoint"))
        .anySatisfy(p -> assertThat(p).contains("objects.bucket"))
        .anySatisfy(p -> assertThat(p).contains("objects.accessKey"))
        .anySatisfy(p -> assertThat(p).contains("objects.secretKey"))
        .anySatisfy(p -> assertThat(p).contains("EARWITNESS_SIP_PROT"))
        .anySatisfy(p -> assertThat(p).contains("http.secure: 'maybe'"))
        .filteredOn(p -> !p.startsWith("http.playReasonRequired"))
        .hasSize(15);
  }

  @Test
  void thePublicUrlIsAnHttpsOriginThatFitsToSecureOrOneOfThisMachine() throws Exception {
    for (String good : new String[] {"http://127.0.0.1:8080", "http://localhost:8080/"}) {
      Config config = ConfigReader.read(null, Map.of("EARWITNESS_PORTAL_PUBLIC_URL", good));
      assertThat(config.signIn().publicUrl()).isEqualTo(URI.create(good));
    }
    for (String bad :
        new String[] {
          "calls.example.com",
          "http://calls.example.com",
          "https://calls.example.com/portal",
          "https://calls.example.com?x=1",
          "https://someone@calls.example.com",
          "ftp://127.0.0.1",
          "::"
        }) {
      assertThat(problems(file("portal:\n  publicUrl: '" + bad + "'\nhttp:\n  secure: true\n")))
          .as(bad)
          .singleElement()
          .asString()
          .startsWith("portal.publicUrl: '" + bad + "' is no address");
    }
    assertThat(problems(file("portal:\n  publicUrl: https://calls.example.com\n")))
        .containsExactly(
            "portal.publicUrl: 'https://calls.example.com' and http.secure: false contradict each other");
    assertThat(problems(file("portal:\n  teams:\n    enabled: true\n    hosts: 'https://x'\n")))
        .satisfiesExactly(
            p -> assertThat(p).startsWith("portal.teams.enabled: Teams shows pages by HTTPS only"),
            p -> assertThat(p).startsWith("portal.teams.hosts: 'https://x' is no host"));
    assertThat(problems(file("portal:\n  totp: always\n")))
        .containsExactly("portal.totp: 'always' is neither optional nor required-for-privileged");
  }

  @Test
  void mistakesInTheSettingsOfTlsAreReportedAtOnce() throws Exception {
    assertThat(
            problems(
                file(
                    """
                    sip:
                      tls:
                        port: 5060
                        certificate: /etc/earwitness/sip.pem
                        clientCertificate: maybe
                    """)))
        .hasSize(4)
        .anySatisfy(p -> assertThat(p).contains("sip.tls.port: 5060 is sip.port too"))
        .anySatisfy(p -> assertThat(p).contains("sip.tls.key", "EARWITNESS_SIP_TLS_KEY"))
        .anySatisfy(p -> assertThat(p).contains("sip.tls.trust", "clientCertificate: none"))
        .anySatisfy(p -> assertThat(p).contains("'maybe' is neither required nor none"));
    assertThat(problems(file("sip:\n  tls:\n    key: a\n    trust: b\n")))
        .hasSize(2)
        .allSatisfy(p -> assertThat(p).contains("only together with sip.tls.certificate"));
  }

  @Test
  void tlsAloneCanBeServedAndDefaultsToClientCertificates() throws Exception {
    Config.Sip sip =
        ConfigReader.read(
                file("sip:\n  port: 5061\n  transports: []\n"),
                Map.of(
                    "EARWITNESS_SIP_TLS_CERTIFICATE", "/c.pem",
                    "EARWITNESS_SIP_TLS_KEY", "/k.pem",
                    "EARWITNESS_SIP_TLS_TRUST", "/t.pem"))
            .sip();
    assertThat(sip.transports()).isEmpty();
    assertThat(sip.tls())
        .isEqualTo(
            new Config.Tls(5061, Path.of("/c.pem"), Path.of("/k.pem"), Path.of("/t.pem"), true));
  }

  @Test
  void settingsThatTheObjectStoreCanNotTakeAreFoundBeforeItIsOpened() throws Exception {
    assertThat(problems(file(FULL.replace("bucket: calls", "bucket: My_Calls"))))
        .singleElement()
        .asString()
        .contains("objects: ", "'My_Calls'", "3 to 58");
    assertThat(problems(file(FULL.replace("region: eu-1", "region: ''"))))
        .singleElement()
        .asString()
        .contains("objects.region");
    assertThat(problems(file(FULL.replace("s3.example.com", "me:secret@s3.example.com"))))
        .singleElement()
        .asString()
        .contains("no user or password")
        .doesNotContain("secret@");
  }

  @Test
  void aFileThatIsNoYamlOrCanNotBeReadIsNamed() throws Exception {
    Path file = file("sip: [1, 2\nhttp: }");
    assertThat(problems(file)).singleElement().asString().contains("not YAML, line ");
    assertThat(problems(folder.resolve("missing.yaml")))
        .singleElement()
        .asString()
        .contains("missing.yaml", "can't be read");
    assertThat(problems(file("just text"))).singleElement().asString().contains("must hold");
  }

  private static List<String> problems(Path file) {
    return catchThrowableOfType(ConfigException.class, () -> ConfigReader.read(file, Map.of()))
        .problems();
  }

  @Test
  void printedSettingsMaskSecretsAndReadBackAlike() throws Exception {
    String printed = ConfigReader.print(file(FULL), Map.of());
    assertThat(printed)
        .contains("maxCalls: 500", "password: '***'", "secretKey: '***'")
        .contains("webhook.url: 'https://pager.example/***'")
        .doesNotContain("database-secret", "object-secret", "alarm-secret");
    assertThat(ConfigReader.read(file(printed), Map.of()).sip().maxCalls()).isEqualTo(500);
  }

  @Test
  void aSecretMayStandInAFileOfItsOwn() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "from the file\n");
    String yaml = FULL.replace("password: database-secret", "passwordFile: " + secret);
    assertThat(ConfigReader.read(file(yaml), Map.of()).database())
        .extracting(Config.Database::password)
        .isEqualTo("from the file");
    String printed = ConfigReader.print(file(yaml), Map.of());
    assertThat(printed).doesNotContain("from the file");
    assertThat(ConfigReader.read(file(printed), Map.of()).database())
        .extracting(Config.Database::password)
        .isEqualTo("from the file");
    assertThat(problems(file(FULL.replace("password:", "passwordFile: /no/such\n  password:"))))
        .singleElement()
        .asString()
        .contains("database.passwordFile", "give one of them");
    assertThat(problems(file(FULL.replace("password: database-secret", "passwordFile: /no/such"))))
        .anyMatch(problem -> problem.startsWith("database.passwordFile: /no/such can't be read"));
  }

  @Test
  void secretsThatEverybodyTriesFirstAreNamed() throws Exception {
    assertThat(WellKnownSecrets.problems(ConfigReader.read(file(FULL), Map.of()))).isEmpty();
    for (String known : List.of("postgres", "ChangeMe", "migrator")) {
      String yaml = FULL.replace("database-secret", known);
      assertThat(WellKnownSecrets.problems(ConfigReader.read(file(yaml), Map.of())))
          .as(known)
          .singleElement()
          .asString()
          .startsWith("database.password: ")
          .doesNotContainIgnoringCase(known);
    }
    assertThat(
            WellKnownSecrets.problems(
                ConfigReader.read(file(FULL.replace("object-secret", "minioadmin")), Map.of())))
        .singleElement()
        .asString()
        .startsWith("objects.secretKey: ");
  }

  @Test
  void whatIsWrongWithThePortalsFrontIsNamed() throws Exception {
    String yaml =
        FULL.replace("key: /etc/earwitness/portal.key", "key: ''")
            .replace("10.0.0.0/8", "proxy.example");
    assertThat(problems(file(yaml)))
        .anyMatch(problem -> problem.startsWith("http.tls.key: is needed"))
        .anyMatch(problem -> problem.startsWith("http.trustedProxies: 'proxy.example'"));
  }

  @Test
  void recordsDoNotShowSecretsInLogs() throws Exception {
    assertThat(ConfigReader.read(file(FULL), Map.of()).toString())
        .doesNotContain("database-secret", "object-secret", "alarm-secret");
  }
}
