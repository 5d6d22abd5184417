package io.earwitness.app;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.archive.witness.Witness;
import io.earwitness.call.Network;
import io.earwitness.call.TenantSlug;
import io.earwitness.notify.SmtpSettings;
import io.earwitness.portal.SignInConfig;
import io.earwitness.portal.StoragePrice;
import io.earwitness.recorder.srs.HealthLimits;
import io.earwitness.recorder.srs.MetadataPolicy;
import io.earwitness.recorder.srs.OverloadLimits;
import io.earwitness.recorder.tls.TlsFiles;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one process; {@code docs/operations/configuration.md} explains each setting.
 *
 * @param data the folder for everything that is kept on this machine
 * @param node this recorder's name in the catalog; unique among all nodes, kept for ever
 * @param region where the node is, for people
 * @param database null means the embedded PostgreSQL below {@code data}
 * @param objects null means the directory store below {@code data}
 * @param alarms how the platform's alarms are told
 * @param signIn how people sign in to the portal
 * @param approvals how long acts wait that need a second person
 * @param delivery what tenants may have recordings delivered to
 * @param storagePrice what the object store costs; null if nobody says
 */
record Config(
    Path data,
    String node,
    String region,
    Sip sip,
    Rtp rtp,
    Recorder recorder,
    Spool spool,
    Nodes nodes,
    Audit audit,
    Http http,
    Provisioning provisioning,
    @Nullable Database database,
    @Nullable Objects objects,
    Alarms alarms,
    SignInConfig signIn,
    Approvals approvals,
    Delivery delivery,
    @Nullable StoragePrice storagePrice) {

  /** The transports on which SIP is served without encryption. */
  enum Transport {
    UDP,
    TCP
  }

  /**
   * Signalling.
   *
   * @param address the address to listen on; also the one in our SDP
   * @param port UDP and TCP
   * @param transports may be none where TLS is served
   * @param tls null where TLS is not served
   * @param maxCalls more running recordings are refused with 503
   * @param maxAnnouncements more announcements at a time are refused with 503; 0 for none at all
   */
  record Sip(
      String address,
      int port,
      Set<Transport> transports,
      @Nullable Tls tls,
      int maxCalls,
      int maxAnnouncements) {}

  /**
   * SIP over TLS.
   *
   * @param trust null means the JDK's list of authorities
   */
  record Tls(
      int port,
      Path certificate,
      Path key,
      @Nullable Path trust,
      boolean clientCertificateRequired) {
    TlsFiles.Paths files() {
      return new TlsFiles.Paths(certificate, key, trust);
    }
  }

  /** How packets are received. */
  enum Receiver {
    /** The kernel's way where it can be had, else Java's. */
    AUTO,
    /** Java's own way: no kernel time stamps, so jitter is not measured. */
    NIO
  }

  /**
   * Media.
   *
   * @param firstPort even, 1024 to 65534
   * @param lastPort above {@code firstPort}, at most 65535
   */
  record Rtp(int firstPort, int lastPort, Receiver receiver) {}

  /**
   * When calls are refused, and how the recorder stops.
   *
   * @param drainSeconds how long running calls may take to end by themselves when the process is
   *     told to stop; 0 interrupts them at once
   * @param health from when on the media of a running call is alarmed
   * @param metadata what of SIP messages and metadata is not stored
   */
  record Recorder(
      int drainSeconds, OverloadLimits overload, HealthLimits health, MetadataPolicy metadata) {}

  /**
   * The sealed spool below {@code data}.
   *
   * @param reserveMegabytes with less free space, no new call is taken
   */
  record Spool(int reserveMegabytes) {
    long reserveBytes() {
      return reserveMegabytes * 1_000_000L;
    }
  }

  /**
   * What is done when a node goes, and how this one is reached.
   *
   * @param absentAfter without a heartbeat for that long a node is absent, and others archive its
   *     calls
   * @param lostAfter a call without any copy is lost when its node was absent for that long
   * @param rescueInterval between two rescue copies; zero for none
   * @param api null where this node has no API
   */
  record Nodes(
      Duration absentAfter, Duration lostAfter, Duration rescueInterval, @Nullable NodeApi api) {}

  /** Where this node's own API is. */
  record NodeApi(String address, int port) {}

  /**
   * The audit logs.
   *
   * @param origin what their names begin with; kept for as long as they are
   * @param checkpointInterval between two copies of a grown log's checkpoint
   * @param bundleInterval between two copies of a log's entries
   * @param witnesses who cosigns the checkpoints of the platform's log
   */
  record Audit(
      String origin,
      Duration checkpointInterval,
      Duration bundleInterval,
      List<Witness> witnesses) {
    Audit {
      witnesses = List.copyOf(witnesses);
    }
  }

  /**
   * The portal and its API.
   *
   * @param secure whether people reach it by HTTPS, through a proxy or because of {@code tls}
   * @param playReasonRequired tenants that ask why a person listens
   * @param tls certificate and key; null where it speaks plain HTTP
   * @param trustedProxies whose {@code X-Forwarded-For} is believed
   * @param requestsPerAddress in a second; 0 for no limit
   * @param requestsPerAccount in a second; 0 for no limit
   */
  record Http(
      String address,
      int port,
      boolean secure,
      Set<TenantSlug> playReasonRequired,
      TlsFiles.@Nullable Paths tls,
      List<Network> trustedProxies,
      int requestsPerAddress,
      int requestsPerAccount) {}

  /**
   * People kept in step by an identity provider.
   *
   * @param maxRemovalsPercent of a tenant's active people so many may be put out of use within an
   *     hour before an administrator is asked, 1 to 100
   */
  record Provisioning(int maxRemovalsPercent) {}

  /** An external PostgreSQL of version 15 or newer; the user must be allowed to create roles. */
  record Database(String url, String user, String password) {
    @Override
    public String toString() {
      return "Database[url=%s, user=%s, password=***]".formatted(url, user);
    }
  }

  /**
   * An S3-compatible store.
   *
   * @param endpoint such as {@code https://s3.example.com}
   * @param bucket the bucket with Object Lock; {@code bucket-work} lies beside it
   */
  record Objects(
      String endpoint, String bucket, String region, String accessKey, String secretKey) {
    @Override
    public String toString() {
      return "Objects[endpoint=%s, bucket=%s, region=%s, accessKey=%s, secretKey=***]"
          .formatted(endpoint, bucket, region, accessKey);
    }
  }

  /**
   * How alarms are told.
   *
   * @param channels of the platform
   * @param smtp null where there is no mail server
   * @param localAddresses whether receivers may be on this machine or its link
   * @param trust authorities of receivers, PEM; null for the JDK's
   * @param heartbeat null where nobody outside watches
   */
  record Alarms(
      List<AlarmChannel> channels,
      @Nullable SmtpSettings smtp,
      boolean localAddresses,
      @Nullable Path trust,
      @Nullable Heartbeat heartbeat) {}

  /**
   * Acts that need a second person.
   *
   * @param waiting after which one is done that nobody else could decide
   * @param expiry after which one that nobody decided is no longer done
   */
  record Approvals(Duration waiting, Duration expiry) {}

  /**
   * Delivery of recordings to tenants' own storage.
   *
   * @param folder below which targets on this machine lie; null for none
   */
  record Delivery(@Nullable Path folder) {}

  /** What is told that all is well, so that silence is an alarm there. */
  record Heartbeat(URI url, Duration every) {
    @Override
    public String toString() {
      return "Heartbeat[url=%s://%s/…, every=%s]".formatted(url.getScheme(), url.getHost(), every);
    }
  }
}
