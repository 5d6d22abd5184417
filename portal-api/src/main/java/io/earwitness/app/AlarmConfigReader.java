package io.earwitness.app;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.notify.SmtpSettings;
import io.earwitness.outbound.TrustFile;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The settings {@code alarms.…}, read for {@link ConfigReader}. */
final class AlarmConfigReader {
  /** A whole number in a range; reports one that is not. */
  @FunctionalInterface
  interface Numbers {
    int number(String name, int least, int most);
  }

  private final Function<String, String> text;
  private final Numbers numbers;
  private final Predicate<String> flag;
  private final Function<String, Path> path;
  private final List<String> problems;

  AlarmConfigReader(
      Function<String, String> text,
      Numbers numbers,
      Predicate<String> flag,
      Function<String, Path> path,
      List<String> problems) {
    this.text = text;
    this.numbers = numbers;
    this.flag = flag;
    this.path = path;
    this.problems = problems;
  }

  /** Adds the settings with their defaults. */
  static void settings(Map<String, String> settings) {
    settings.put("alarms.localAddresses", "false");
    settings.put("alarms.trust", "");
    settings.put("alarms.smtp.host", "");
    settings.put("alarms.smtp.port", "587");
    settings.put("alarms.smtp.security", "starttls");
    settings.put("alarms.smtp.user", "");
    settings.put("alarms.smtp.passwordFile", "");
    settings.put("alarms.smtp.from", "");
    for (ChannelType type : ChannelType.values()) {
      settings.put(address(type), "");
      settings.put(prefix(type) + "minimumSeverity", "major");
      settings.put(prefix(type) + "afterMinutes", "0");
    }
    settings.put("alarms.heartbeat.url", "");
    settings.put("alarms.heartbeat.seconds", "60");
  }

  private static String prefix(ChannelType type) {
    return "alarms." + type.wireName() + ".";
  }

  private static String address(ChannelType type) {
    return prefix(type)
        + switch (type) {
          case EMAIL -> "to";
          case WEBHOOK, TEAMS -> "url";
          case SYSLOG -> "address";
        };
  }

  Config.Alarms read() {
    List<AlarmChannel> channels = new ArrayList<>();
    for (ChannelType type : ChannelType.values()) {
      AlarmChannel channel = channel(type);
      if (channel != null) {
        channels.add(channel);
      }
    }
    SmtpSettings smtp = smtp();
    if (smtp == null && !given(address(ChannelType.EMAIL)).isEmpty()) {
      problems.add("alarms.smtp.host: is needed because alarms.email.to is set");
    }
    return new Config.Alarms(
        channels, smtp, flag.test("alarms.localAddresses"), trust(), heartbeat());
  }

  private String given(String name) {
    return text.apply(name);
  }

  private @Nullable AlarmChannel channel(ChannelType type) {
    int after = numbers.number(prefix(type) + "afterMinutes", 0, 10_080);
    AlarmSeverity minimum = AlarmSeverity.MAJOR;
    try {
      minimum = WireName.parse(AlarmSeverity.class, given(prefix(type) + "minimumSeverity"));
    } catch (IllegalArgumentException e) {
      problems.add("%sminimumSeverity: %s".formatted(prefix(type), e.getMessage()));
    }
    String to = given(address(type));
    if (to.isEmpty()) {
      return null;
    }
    try {
      return new AlarmChannel(
          TenantSlug.PLATFORM, type.wireName(), type, to, minimum, Duration.ofMinutes(after));
    } catch (IllegalArgumentException e) {
      problems.add("%s: %s".formatted(address(type), e.getMessage()));
      return null;
    }
  }

  private @Nullable SmtpSettings smtp() {
    int port = numbers.number("alarms.smtp.port", 1, 65_535);
    SmtpSettings.Security security = SmtpSettings.Security.STARTTLS;
    try {
      security = WireName.parse(SmtpSettings.Security.class, given("alarms.smtp.security"));
    } catch (IllegalArgumentException e) {
      problems.add("alarms.smtp.security: " + e.getMessage());
    }
    String host = given("alarms.smtp.host");
    if (host.isEmpty()) {
      return null;
    }
    String from = given("alarms.smtp.from");
    if (!from.contains("@")) {
      problems.add("alarms.smtp.from: '%s' is no address of a sender".formatted(from));
    }
    String user = given("alarms.smtp.user");
    return new SmtpSettings(
        host, port, security, user.isEmpty() ? null : user, user.isEmpty() ? "" : password(), from);
  }

  private String password() {
    if (given("alarms.smtp.passwordFile").isEmpty()) {
      problems.add("alarms.smtp.passwordFile: is needed because alarms.smtp.user is set");
      return "";
    }
    try {
      return Files.readString(path.apply("alarms.smtp.passwordFile")).strip();
    } catch (IOException e) {
      problems.add("alarms.smtp.passwordFile: can't be read: " + e);
      return "";
    }
  }

  private @Nullable Path trust() {
    if (given("alarms.trust").isEmpty()) {
      return null;
    }
    Path file = path.apply("alarms.trust");
    try {
      TrustFile.load(file);
    } catch (IOException e) {
      problems.add("alarms.trust: " + e.getMessage());
    }
    return file;
  }

  private Config.@Nullable Heartbeat heartbeat() {
    int seconds = numbers.number("alarms.heartbeat.seconds", 10, 3_600);
    String url = given("alarms.heartbeat.url");
    if (url.isEmpty()) {
      return null;
    }
    try {
      URI uri = new URI(url);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return new Config.Heartbeat(uri, Duration.ofSeconds(seconds));
      }
    } catch (URISyntaxException e) {
      // said below
    }
    problems.add("alarms.heartbeat.url: must be https://HOST/PATH");
    return null;
  }
}
