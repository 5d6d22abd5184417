package io.earwitness.app;

import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.srs.HealthLimits;
import io.earwitness.recorder.srs.MetadataPolicy;
import io.earwitness.recorder.srs.OverloadLimits;
import io.earwitness.recorder.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
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
    @Nullable Database database,
    @Nullable Objects objects) {

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
   */
  record Sip(
      String address, int port, Set<Transport> transports, @Nullable Tls tls, int maxCalls) {}

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
   */
  record Audit(String origin, Duration checkpointInterval, Duration bundleInterval) {}

  /**
   * The portal and its API.
   *
   * @param secure whether people reach it by HTTPS, through a proxy
   * @param playReasonRequired tenants that ask why a person listens
   */
  record Http(String address, int port, boolean secure, Set<TenantSlug> playReasonRequired) {}

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
}
