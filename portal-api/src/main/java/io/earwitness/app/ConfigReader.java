package io.earwitness.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.earwitness.archive.catalog.AuditOrigin;
import io.earwitness.archive.witness.Witness;
import io.earwitness.call.Network;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.PeopleParts;
import io.earwitness.portal.SignInConfig;
import io.earwitness.portal.StoragePrice;
import io.earwitness.portal.TeamsTab;
import io.earwitness.recorder.srs.HealthLimits;
import io.earwitness.recorder.srs.MetadataPolicy;
import io.earwitness.recorder.srs.OverloadLimits;
import io.earwitness.recorder.tls.TlsFiles;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a YAML file, lets {@code EARWITNESS_…} variables override it, and reports every mistake at
 * once.
 */
final class ConfigReader {
  private static final String ENVIRONMENT_PREFIX = "EARWITNESS_";

  /** Every setting, with its default; {@code ""} means that there is none. */
  private static final Map<String, String> SETTINGS = settings();

  /** Settings whose value is never shown. */
  private static final Set<String> SECRETS =
      Set.of(
          "database.password",
          "objects.secretKey",
          "alarms.webhook.url",
          "alarms.teams.url",
          "alarms.heartbeat.url");

  /** Variables that the launcher reads itself. */
  private static final Set<String> LAUNCHER =
      Set.of(
          "EARWITNESS_JAVA_HOME",
          "EARWITNESS_JAVA_OPTIONS",
          "EARWITNESS_HEAP",
          "EARWITNESS_NO_BUILD");

  private final Map<String, String> values = new TreeMap<>();
  private final Map<String, String> secretsInFiles = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private ConfigReader() {}

  private static Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("data", "DATA");
    settings.put("node", "");
    settings.put("region", "default");
    settings.put("sip.address", "127.0.0.1");
    settings.put("sip.port", "5060");
    settings.put("sip.transports", "udp,tcp");
    settings.put("sip.maxCalls", "2000");
    settings.put("sip.maxAnnouncements", "200");
    settings.put("sip.tls.port", "5061");
    settings.put("sip.tls.certificate", "");
    settings.put("sip.tls.key", "");
    settings.put("sip.tls.trust", "");
    settings.put("sip.tls.clientCertificate", "required");
    settings.put("rtp.ports", "10000-29999");
    settings.put("rtp.receiver", "auto");
    OverloadLimits limits = OverloadLimits.DEFAULT;
    settings.put("recorder.drainSeconds", "0");
    settings.put("recorder.overload.cpuPercent", "" + limits.cpuPercent());
    settings.put("recorder.overload.receiveLagMillis", "" + limits.receiveLagMillis());
    settings.put("recorder.overload.lostPacketsPerSecond", "" + limits.lostPacketsPerSecond());
    settings.put("recorder.overload.bufferPercent", "" + limits.bufferPercent());
    settings.put("recorder.overload.unsyncedSeconds", "" + limits.unsyncedSeconds());
    settings.put("recorder.overload.freePortsPercent", "" + limits.freePortsPercent());
    HealthLimits health = HealthLimits.DEFAULT;
    settings.put("recorder.health.noRtpSeconds", "" + health.noRtp().toSeconds());
    settings.put("recorder.health.deadAirSeconds", "" + health.deadAir().toSeconds());
    settings.put("recorder.health.lossSeconds", "" + health.lossWindow().toSeconds());
    settings.put("recorder.health.lossPercent", "" + (int) health.lossPercent());
    settings.put("recorder.metadata.omit", "");
    settings.put("spool.reserveMegabytes", "1000");
    settings.put("nodes.absentAfterSeconds", "60");
    settings.put("nodes.lostAfterHours", "24");
    settings.put("nodes.rescueSeconds", "10");
    settings.put("nodes.api.address", "127.0.0.1");
    settings.put("nodes.api.port", "8443");
    settings.put("audit.origin", "earwitness.local/audit");
    settings.put("audit.checkpointSeconds", "300");
    settings.put("audit.bundleMinutes", "60");
    settings.put("audit.witnesses", "");
    settings.put("http.address", "127.0.0.1");
    settings.put("http.port", "8080");
    settings.put("http.secure", "false");
    settings.put("http.playReasonRequired", "");
    settings.put("http.tls.certificate", "");
    settings.put("http.tls.key", "");
    settings.put("http.trustedProxies", "");
    settings.put("http.limits.requestsPerAddress", "200");
    settings.put("http.limits.requestsPerAccount", "100");
    settings.put("portal.publicUrl", "");
    settings.put("portal.totp", "optional");
    settings.put("portal.teams.enabled", "false");
    settings.put("portal.teams.hosts", String.join(",", TeamsTab.MICROSOFT));
    settings.put("provisioning.maxRemovalsPercent", "" + PeopleParts.USUAL_MAX_REMOVALS_PERCENT);
    settings.put("database.url", "");
    settings.put("database.user", "");
    settings.put("database.password", "");
    settings.put("database.passwordFile", "");
    settings.put("objects.endpoint", "");
    settings.put("objects.bucket", "");
    settings.put("objects.region", "us-east-1");
    settings.put("objects.accessKey", "");
    settings.put("objects.secretKey", "");
    settings.put("objects.secretKeyFile", "");
    AlarmConfigReader.settings(settings);
    settings.put("approvals.waitingDays", "7");
    settings.put("approvals.expiryDays", "7");
    settings.put("delivery.folder", "");
    settings.put("storage.pricePerGigabyteMonth", "");
    settings.put("storage.currency", "EUR");
    return settings;
  }

  /** Every mistake in a configuration, one line each. */
  static final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<String> problems;

    ConfigException(List<String> problems) {
      super(String.join("\n", problems));
      this.problems = List.copyOf(problems);
    }

    List<String> problems() {
      return problems;
    }
  }

  /**
   * Reads the configuration.
   *
   * @param file null means defaults and environment only
   * @throws ConfigException with all mistakes
   */
  static Config read(@Nullable Path file, Map<String, String> environment) throws ConfigException {
    return new ConfigReader().load(file, environment);
  }

  /** Every setting with its value in force, secrets masked, as YAML. */
  static String print(@Nullable Path file, Map<String, String> environment) throws ConfigException {
    ConfigReader reader = new ConfigReader();
    reader.load(file, environment);
    StringBuilder yaml = new StringBuilder();
    String section = "";
    for (String name : SETTINGS.keySet()) {
      String value = reader.values.getOrDefault(name, "");
      if (SECRETS.contains(name) && !value.isEmpty()) {
        value = "'" + masked(value) + "'";
      }
      int dot = name.indexOf('.');
      if (dot < 0) {
        yaml.append(name).append(": ").append(value).append('\n');
        continue;
      }
      if (!section.equals(name.substring(0, dot))) {
        section = name.substring(0, dot);
        yaml.append(section).append(":\n");
      }
      yaml.append("  ").append(name.substring(dot + 1)).append(": ").append(value).append('\n');
    }
    return yaml.toString();
  }

  /** Of an address, its host may be seen. */
  private static String masked(String value) {
    int authority = value.indexOf("://");
    int path = authority < 0 ? -1 : value.indexOf('/', authority + 3);
    return path < 0 ? "***" : value.substring(0, path) + "/***";
  }

  private Config load(@Nullable Path file, Map<String, String> environment) throws ConfigException {
    values.putAll(SETTINGS);
    if (file != null) {
      readFile(file);
    }
    readEnvironment(environment);
    readSecretFiles();
    Config config = build();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return config;
  }

  private void readFile(Path file) {
    JsonNode tree;
    try {
      tree = new ObjectMapper(new YAMLFactory()).readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      var where = e.getLocation();
      problems.add(
          "%s: not YAML, line %d: %s"
              .formatted(file, where == null ? 0 : where.getLineNr(), e.getOriginalMessage()));
      return;
    } catch (IOException e) {
      problems.add("%s: can't be read: %s".formatted(file, e));
      return;
    }
    if (tree == null || tree.isMissingNode() || tree.isNull()) {
      return;
    }
    if (!tree.isObject()) {
      problems.add("%s: must hold settings, such as 'data: /var/lib/earwitness'".formatted(file));
      return;
    }
    flatten(file, "", tree);
  }

  private void flatten(Path file, String prefix, JsonNode node) {
    node.properties()
        .forEach(
            member -> {
              String name = prefix + member.getKey();
              JsonNode value = member.getValue();
              if (value.isObject()) {
                flatten(file, name + ".", value);
              } else if (!SETTINGS.containsKey(name)) {
                problems.add(
                    "%s: unknown setting '%s'; did you mean '%s'?"
                        .formatted(file, name, nearest(name)));
              } else if (value.isArray()) {
                List<String> items = new ArrayList<>();
                value.forEach(item -> items.add(item.asText()));
                values.put(name, String.join(",", items));
              } else {
                values.put(name, value.isNull() ? "" : value.asText());
              }
            });
  }

  private void readEnvironment(Map<String, String> environment) {
    Map<String, String> variables = new TreeMap<>();
    SETTINGS.keySet().forEach(name -> variables.put(variable(name), name));
    environment.forEach(
        (variable, value) -> {
          if (!variable.startsWith(ENVIRONMENT_PREFIX) || LAUNCHER.contains(variable)) {
            return;
          }
          String name = variables.get(variable);
          if (name == null) {
            problems.add(
                "environment: unknown variable %s; known are %s"
                    .formatted(variable, String.join(", ", variables.keySet())));
          } else {
            values.put(name, value);
          }
        });
  }

  /** A secret may stand in a file of its own, as container platforms hand them out. */
  private void readSecretFiles() {
    for (String secret : SECRETS) {
      String name = secret + "File";
      if (text(name).isEmpty()) {
        continue;
      }
      if (!text(secret).isEmpty()) {
        problems.add("%s: %s is set too; give one of them".formatted(name, secret));
        continue;
      }
      try {
        secretsInFiles.put(secret, Files.readString(path(name)).strip());
      } catch (IOException e) {
        problems.add("%s: %s can't be read: %s".formatted(name, path(name), e));
      }
    }
  }

  /** {@code sip.maxCalls} is {@code EARWITNESS_SIP_MAX_CALLS}. */
  static String variable(String setting) {
    return ENVIRONMENT_PREFIX
        + setting.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private Config build() {
    Config.Rtp rtp = rtp();
    Set<Config.Transport> transports = transports();
    return new Config(
        path("data"),
        node(),
        text("region"),
        new Config.Sip(
            address("sip.address"),
            number("sip.port", 1, 65_535),
            transports,
            tls(transports),
            number("sip.maxCalls", 1, 100_000),
            number("sip.maxAnnouncements", 0, 2_000)),
        rtp,
        recorder(),
        new Config.Spool(number("spool.reserveMegabytes", 0, 1_000_000_000)),
        new Config.Nodes(
            Duration.ofSeconds(number("nodes.absentAfterSeconds", 15, 86_400)),
            Duration.ofHours(number("nodes.lostAfterHours", 1, 8_760)),
            Duration.ofSeconds(number("nodes.rescueSeconds", 0, 3_600)),
            nodeApi()),
        audit(),
        http(),
        new Config.Provisioning(number("provisioning.maxRemovalsPercent", 1, 100)),
        database(),
        objects(),
        new AlarmConfigReader(this::text, this::number, this::flag, this::path, problems).read(),
        signIn(),
        new Config.Approvals(
            Duration.ofDays(number("approvals.waitingDays", 1, 90)),
            Duration.ofDays(number("approvals.expiryDays", 1, 90))),
        new Config.Delivery(text("delivery.folder").isEmpty() ? null : path("delivery.folder")),
        storagePrice());
  }

  private @Nullable StoragePrice storagePrice() {
    String price = text("storage.pricePerGigabyteMonth");
    String currency = text("storage.currency");
    if (!currency.matches("[A-Z]{3}")) {
      problems.add(
          "storage.currency: '%s' is no code of a currency, such as EUR".formatted(currency));
    }
    if (price.isEmpty()) {
      return null;
    }
    if (!price.matches("[0-9]{1,6}(\\.[0-9]{1,6})?")) {
      problems.add(
          "storage.pricePerGigabyteMonth: '%s' is no price; write digits with a point, such as 0.023"
              .formatted(price));
      return null;
    }
    return new StoragePrice(new BigDecimal(price), currency);
  }

  private Config.@Nullable NodeApi nodeApi() {
    int port = text("nodes.api.port").isEmpty() ? 0 : number("nodes.api.port", 0, 65_535);
    String address = address("nodes.api.address");
    return port == 0 ? null : new Config.NodeApi(address, port);
  }

  private Config.Recorder recorder() {
    String overload = "recorder.overload.";
    return new Config.Recorder(
        number("recorder.drainSeconds", 0, 86_400),
        new OverloadLimits(
            number(overload + "cpuPercent", 0, 100),
            number(overload + "receiveLagMillis", 0, 60_000),
            number(overload + "lostPacketsPerSecond", 0, 1_000_000),
            number(overload + "bufferPercent", 0, 100),
            number(overload + "unsyncedSeconds", 0, 3_600),
            number(overload + "freePortsPercent", 0, 99)),
        health(),
        metadata());
  }

  private HealthLimits health() {
    String health = "recorder.health.";
    return new HealthLimits(
        Duration.ofSeconds(number(health + "noRtpSeconds", 1, 3_600)),
        Duration.ofSeconds(number(health + "deadAirSeconds", 1, 3_600)),
        Duration.ofSeconds(number(health + "lossSeconds", 1, 3_600)),
        number(health + "lossPercent", 0, 100));
  }

  private MetadataPolicy metadata() {
    List<String> names = new ArrayList<>();
    for (String name : text("recorder.metadata.omit").split("[, ]+")) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    try {
      return MetadataPolicy.omitting(names);
    } catch (IllegalArgumentException e) {
      problems.add("recorder.metadata.omit: " + e.getMessage());
      return MetadataPolicy.KEEP_ALL;
    }
  }

  private Config.Audit audit() {
    String origin = text("audit.origin");
    try {
      new AuditOrigin(origin);
    } catch (IllegalArgumentException e) {
      problems.add("audit.origin: " + e.getMessage());
    }
    return new Config.Audit(
        origin,
        Duration.ofSeconds(number("audit.checkpointSeconds", 1, 86_400)),
        Duration.ofMinutes(number("audit.bundleMinutes", 1, 10_080)),
        witnesses());
  }

  private List<Witness> witnesses() {
    List<Witness> witnesses = new ArrayList<>();
    for (String one : text("audit.witnesses").split(",")) {
      if (!one.isBlank()) {
        try {
          witnesses.add(Witness.parse(one));
        } catch (IllegalArgumentException e) {
          problems.add("audit.witnesses: " + e.getMessage());
        }
      }
    }
    return witnesses;
  }

  private Config.Http http() {
    Set<TenantSlug> asking = new LinkedHashSet<>();
    for (String slug : text("http.playReasonRequired").split("[, ]+")) {
      try {
        if (!slug.isEmpty()) {
          asking.add(new TenantSlug(slug));
        }
      } catch (IllegalArgumentException e) {
        problems.add("http.playReasonRequired: " + e.getMessage());
      }
    }
    TlsFiles.Paths tls = httpTls();
    return new Config.Http(
        address("http.address"),
        number("http.port", 1, 65_535),
        secure(),
        asking,
        tls,
        trustedProxies(),
        number("http.limits.requestsPerAddress", 0, 1_000_000),
        number("http.limits.requestsPerAccount", 0, 1_000_000));
  }

  /** Whether people reach the portal by HTTPS. */
  private boolean secure() {
    return flag("http.secure") || !text("http.tls.certificate").isEmpty();
  }

  private TlsFiles.@Nullable Paths httpTls() {
    if (text("http.tls.certificate").isEmpty()) {
      if (!text("http.tls.key").isEmpty()) {
        problems.add("http.tls.key: counts only together with http.tls.certificate");
      }
      return null;
    }
    required("http.tls.key", "http.tls.certificate");
    return new TlsFiles.Paths(path("http.tls.certificate"), path("http.tls.key"), null);
  }

  private List<Network> trustedProxies() {
    List<Network> networks = new ArrayList<>();
    for (String network : text("http.trustedProxies").split("[, ]+")) {
      try {
        if (!network.isEmpty()) {
          networks.add(Network.parse(network));
        }
      } catch (IllegalArgumentException e) {
        problems.add("http.trustedProxies: " + e.getMessage());
      }
    }
    return networks;
  }

  private SignInConfig signIn() {
    SignInConfig.TotpPolicy totp =
        switch (text("portal.totp")) {
          case "optional" -> SignInConfig.TotpPolicy.OPTIONAL;
          case "required-for-privileged" -> SignInConfig.TotpPolicy.REQUIRED_FOR_PRIVILEGED;
          default -> {
            problems.add(
                "portal.totp: '%s' is neither optional nor required-for-privileged"
                    .formatted(text("portal.totp")));
            yield SignInConfig.TotpPolicy.REQUIRED_FOR_PRIVILEGED;
          }
        };
    URI publicUrl = publicUrl();
    return new SignInConfig(
        totp, publicUrl, flag("portal.teams.enabled") ? teams(publicUrl) : null);
  }

  private @Nullable TeamsTab teams(@Nullable URI publicUrl) {
    if (publicUrl == null || !"https".equals(publicUrl.getScheme())) {
      problems.add(
          "portal.teams.enabled: Teams shows pages by HTTPS only: set portal.publicUrl to where"
              + " browsers reach the portal, such as https://recordings.example.com");
    }
    List<String> hosts =
        Arrays.stream(text("portal.teams.hosts").split("[, ]+"))
            .filter(host -> !host.isEmpty())
            .toList();
    try {
      return new TeamsTab(hosts);
    } catch (IllegalArgumentException e) {
      problems.add("portal.teams.hosts: " + e.getMessage());
      return null;
    }
  }

  /** Plain HTTP is for a browser on this machine only: the provider's codes go that way. */
  private @Nullable URI publicUrl() {
    String text = text("portal.publicUrl");
    if (text.isEmpty()) {
      return null;
    }
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      url = URI.create("");
    }
    boolean loopback = Set.of("localhost", "127.0.0.1", "[::1]").contains("" + url.getHost());
    boolean https = "https".equals(url.getScheme());
    boolean bare = Set.of("", "/").contains("" + url.getPath());
    if (url.getHost() == null
        || !(https || (loopback && "http".equals(url.getScheme())))
        || !bare
        || url.getQuery() != null
        || url.getFragment() != null
        || url.getUserInfo() != null) {
      problems.add(
          "portal.publicUrl: '%s' is no address such as https://recordings.example.com, without a path"
              .formatted(text));
    } else if (https != secure()) {
      problems.add(
          "portal.publicUrl: '%s' and http.secure: %s contradict each other"
              .formatted(text, secure()));
    }
    return url;
  }

  private boolean flag(String name) {
    return switch (text(name).toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> {
        problems.add("%s: '%s' is neither true nor false".formatted(name, text(name)));
        yield false;
      }
    };
  }

  private String text(String name) {
    String inFile = secretsInFiles.get(name);
    return inFile == null ? values.getOrDefault(name, "").strip() : inFile;
  }

  private Path path(String name) {
    try {
      return Path.of(text(name)).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      problems.add("%s: '%s' is no path: %s".formatted(name, text(name), e.getReason()));
      return Path.of("DATA");
    }
  }

  private String node() {
    String node = text("node");
    if (!node.isEmpty()) {
      return node;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "recorder";
    }
  }

  private int number(String name, int least, int most) {
    try {
      int number = Integer.parseInt(text(name));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below, as a number out of range is
    }
    problems.add(
        "%s: '%s' is not a whole number from %d to %d".formatted(name, text(name), least, most));
    return least;
  }

  private String address(String name) {
    String address = text(name);
    boolean literal = address.matches("[0-9.]+") || address.contains(":");
    try {
      if (literal && !InetAddress.getByName(address).isAnyLocalAddress()) {
        return address;
      }
    } catch (UnknownHostException e) {
      // reported below
    }
    if (literal && name.equals("http.address") && address.equals("0.0.0.0")) {
      return address;
    }
    problems.add(
        "%s: '%s' is not an IP address of this machine (such as 192.0.2.10)"
            .formatted(name, address));
    return "127.0.0.1";
  }

  private Set<Config.Transport> transports() {
    Set<Config.Transport> transports = EnumSet.noneOf(Config.Transport.class);
    if (text("sip.transports").isEmpty() && !text("sip.tls.certificate").isEmpty()) {
      return transports;
    }
    for (String name : text("sip.transports").split("[, ]+")) {
      switch (name.toLowerCase(Locale.ROOT)) {
        case "udp" -> transports.add(Config.Transport.UDP);
        case "tcp" -> transports.add(Config.Transport.TCP);
        default -> problems.add("sip.transports: '%s' is neither udp nor tcp".formatted(name));
      }
    }
    return transports;
  }

  private Config.@Nullable Tls tls(Set<Config.Transport> transports) {
    int port = number("sip.tls.port", 1, 65_535);
    boolean required = clientCertificateRequired();
    if (text("sip.tls.certificate").isEmpty()) {
      for (String name : List.of("sip.tls.key", "sip.tls.trust")) {
        if (!text(name).isEmpty()) {
          problems.add("%s: counts only together with sip.tls.certificate".formatted(name));
        }
      }
      return null;
    }
    required("sip.tls.key", "sip.tls.certificate");
    if (required && text("sip.tls.trust").isEmpty()) {
      problems.add(
          "sip.tls.trust: says whose client certificates are taken; give it, or set"
              + " sip.tls.clientCertificate: none");
    }
    if (text("sip.tls.port").equals(text("sip.port"))
        && transports.contains(Config.Transport.TCP)) {
      problems.add("sip.tls.port: %d is sip.port too; TLS needs one of its own".formatted(port));
    }
    return new Config.Tls(
        port,
        path("sip.tls.certificate"),
        path("sip.tls.key"),
        text("sip.tls.trust").isEmpty() ? null : path("sip.tls.trust"),
        required);
  }

  private boolean clientCertificateRequired() {
    return switch (text("sip.tls.clientCertificate").toLowerCase(Locale.ROOT)) {
      case "required" -> true;
      case "none" -> false;
      default -> {
        problems.add(
            "sip.tls.clientCertificate: '%s' is neither required nor none"
                .formatted(text("sip.tls.clientCertificate")));
        yield true;
      }
    };
  }

  private Config.Rtp rtp() {
    String[] ends = text("rtp.ports").split("-", 2);
    int first = 10_000;
    int last = 29_999;
    try {
      first = Integer.parseInt(ends[0].strip());
      last = Integer.parseInt(ends[1].strip());
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      problems.add("rtp.ports: '%s' is no range such as 10000-29999".formatted(text("rtp.ports")));
    }
    if (first < 1_024 || first % 2 != 0 || last > 65_535 || last - first < 3) {
      problems.add(
          "rtp.ports: %d-%d must begin with an even port from 1024 on, end at 65535 or before, and"
                  .formatted(first, last)
              + " hold at least four ports");
    }
    return new Config.Rtp(first, last, receiver());
  }

  private Config.Receiver receiver() {
    return switch (text("rtp.receiver").toLowerCase(Locale.ROOT)) {
      case "auto" -> Config.Receiver.AUTO;
      case "nio" -> Config.Receiver.NIO;
      default -> {
        problems.add("rtp.receiver: '%s' is neither auto nor nio".formatted(text("rtp.receiver")));
        yield Config.Receiver.AUTO;
      }
    };
  }

  private Config.@Nullable Database database() {
    if (text("database.url").isEmpty()) {
      return null;
    }
    if (!text("database.url").startsWith("jdbc:postgresql:")) {
      problems.add("database.url: must begin with jdbc:postgresql:");
    }
    required("database.user", "database.url");
    required("database.password", "database.url");
    return new Config.Database(
        text("database.url"), text("database.user"), text("database.password"));
  }

  private Config.@Nullable Objects objects() {
    if (text("objects.endpoint").isEmpty()) {
      return null;
    }
    int before = problems.size();
    try {
      URI endpoint = new URI(text("objects.endpoint"));
      if (endpoint.getHost() == null || !Set.of("http", "https").contains(endpoint.getScheme())) {
        problems.add("objects.endpoint: must be http(s)://HOST:PORT");
      }
    } catch (URISyntaxException e) {
      problems.add("objects.endpoint: '%s' is no URL".formatted(text("objects.endpoint")));
    }
    required("objects.bucket", "objects.endpoint");
    required("objects.region", "objects.endpoint");
    required("objects.accessKey", "objects.endpoint");
    required("objects.secretKey", "objects.endpoint");
    Config.Objects objects =
        new Config.Objects(
            text("objects.endpoint"),
            text("objects.bucket"),
            text("objects.region"),
            text("objects.accessKey"),
            text("objects.secretKey"));
    if (problems.size() == before) {
      try {
        Stores.s3(objects);
      } catch (IllegalArgumentException e) {
        problems.add("objects: " + e.getMessage());
      }
    }
    return objects;
  }

  private void required(String name, String because) {
    if (text(name).isEmpty()) {
      problems.add(
          "%s: is needed because %s is set (or give %s)".formatted(name, because, variable(name)));
    }
  }

  private static String nearest(String name) {
    String best = "data";
    int least = Integer.MAX_VALUE;
    for (String known : SETTINGS.keySet()) {
      int distance = distance(name, known);
      if (distance < least) {
        least = distance;
        best = known;
      }
    }
    return best;
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
