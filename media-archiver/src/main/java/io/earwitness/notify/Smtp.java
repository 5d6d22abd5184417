package io.earwitness.notify;

import io.earwitness.alarm.ChannelType;
import io.earwitness.alarm.Notice;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Sends alarms by SMTP. */
final class Smtp {
  private final SmtpSettings settings;
  private final Session session;

  Smtp(SmtpSettings settings, SSLContext tls, Duration patience) {
    this.settings = settings;
    Properties properties = new Properties();
    properties.put("mail.transport.protocol", "smtp");
    properties.put("mail.smtp.host", settings.host());
    properties.put("mail.smtp.port", Integer.toString(settings.port()));
    String millis = Long.toString(patience.toMillis());
    properties.put("mail.smtp.connectiontimeout", millis);
    properties.put("mail.smtp.timeout", millis);
    properties.put("mail.smtp.writetimeout", millis);
    properties.put("mail.smtp.ssl.checkserveridentity", "true");
    properties.put("mail.smtp.ssl.protocols", "TLSv1.2 TLSv1.3");
    properties.put("mail.smtp.ssl.socketFactory", tls.getSocketFactory());
    switch (settings.security()) {
      case NONE -> properties.put("mail.smtp.starttls.enable", "false");
      case STARTTLS -> {
        properties.put("mail.smtp.starttls.enable", "true");
        properties.put("mail.smtp.starttls.required", "true");
      }
      case TLS -> properties.put("mail.smtp.ssl.enable", "true");
    }
    String user = settings.user();
    if (user != null) {
      properties.put("mail.smtp.auth", "true");
    }
    this.session = Session.getInstance(properties, user == null ? null : login(user));
  }

  private Authenticator login(String user) {
    return new Authenticator() {
      @Override
      protected PasswordAuthentication getPasswordAuthentication() {
        return new PasswordAuthentication(user, settings.password());
      }
    };
  }

  void send(String to, List<Notice> notices) throws IOException {
    try {
      MimeMessage message = new MimeMessage(session);
      message.setFrom(new InternetAddress(settings.from()));
      for (String mailbox : ChannelType.mailboxes(to)) {
        message.addRecipient(Message.RecipientType.TO, new InternetAddress(mailbox));
      }
      message.setSubject(Words.subject(notices), StandardCharsets.UTF_8.name());
      message.setSentDate(Date.from(Instant.now()));
      // RFC 3834 §5: so that nobody's holiday notice answers
      message.setHeader("Auto-Submitted", "auto-generated");
      message.setText(
          notices.stream().map(Words::text).collect(Collectors.joining("\n----\n\n")),
          StandardCharsets.UTF_8.name());
      Transport.send(message);
    } catch (MessagingException e) {
      throw new IOException("SMTP: " + reason(e), e);
    }
  }

  /** The innermost of what jakarta.mail nests says what happened. */
  private static String reason(MessagingException e) {
    Throwable innermost = e;
    Throwable deeper = next(e);
    for (int i = 0; i < 5 && deeper != null; i++) {
      innermost = deeper;
      deeper = next(deeper);
    }
    String message = innermost.getMessage();
    return message == null ? innermost.toString() : message.strip().replaceAll("\\s+", " ");
  }

  private static @Nullable Throwable next(Throwable e) {
    return e instanceof MessagingException mail && mail.getNextException() != null
        ? mail.getNextException()
        : e.getCause();
  }
}
