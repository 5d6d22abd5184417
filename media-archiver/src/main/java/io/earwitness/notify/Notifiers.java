package io.earwitness.notify;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.Notice;
import io.earwitness.outbound.HttpPost;
import io.earwitness.outbound.Outbound;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Tells notices by whatever a channel is. Thread-safe. */
public final class Notifiers implements Notifier {
  private final @Nullable Smtp smtp;
  private final Webhook webhook;
  private final Teams teams;
  private final SyslogNotices syslog;
  private final Outbound outbound;

  /**
   * @param smtp null where there is no mail server: channels of e-mail then fail
   */
  public Notifiers(
      Outbound outbound,
      SSLContext tls,
      @Nullable SmtpSettings smtp,
      WebhookKeys keys,
      InstantSource clock) {
    HttpPost http = new HttpPost(outbound);
    this.outbound = outbound;
    this.smtp = smtp == null ? null : new Smtp(smtp, tls, outbound.patience());
    this.webhook = new Webhook(http, keys, clock);
    this.teams = new Teams(http);
    this.syslog = new SyslogNotices(outbound, clock);
  }

  @Override
  public void tell(AlarmChannel channel, List<Notice> notices) throws IOException {
    for (Notice notice : notices) {
      if (!notice.alarm().key().tenant().equals(channel.tenant())) {
        throw new IllegalArgumentException(
            "%s is not to be told of %s".formatted(channel, notice.alarm().key()));
      }
    }
    switch (channel.type()) {
      case EMAIL -> {
        if (smtp == null) {
          throw new IOException("there is no mail server (setting alarms.smtp.host)");
        }
        smtp.send(channel.address(), notices);
      }
      case WEBHOOK -> {
        requireTls(channel);
        webhook.post(channel, notices);
      }
      case TEAMS -> {
        requireTls(channel);
        teams.post(channel, notices);
      }
      case SYSLOG -> syslog.send(channel, notices);
    }
  }

  private void requireTls(AlarmChannel channel) throws IOException {
    if (!channel.address().startsWith("https:") && !outbound.isLocalAllowed()) {
      throw new IOException(
          "%s is not https; plain http is for receivers on this machine only (setting alarms.localAddresses)"
              .formatted(channel.shownAddress()));
    }
  }
}
