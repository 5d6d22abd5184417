package io.earwitness.app;

import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmQueue;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.alarm.AlarmDispatcher;
import io.earwitness.archive.alarm.AlarmLog;
import io.earwitness.archive.alarm.AlarmUpkeep;
import io.earwitness.archive.alarm.AlarmWriter;
import io.earwitness.archive.alarm.ConditionWatch;
import io.earwitness.archive.alarm.HeartbeatSender;
import io.earwitness.archive.catalog.CatalogConditions;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.call.TenantSlug;
import io.earwitness.notify.Notifiers;
import io.earwitness.notify.WebhookKeys;
import io.earwitness.outbound.HttpPost;
import io.earwitness.outbound.Outbound;
import io.earwitness.outbound.TrustFile;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What brings this node's alarms into the register, and from there to whoever is to know. */
final class AlarmParts implements Watches, AutoCloseable {
  private static final int WAITING = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Set<AlarmKind> SEQUENCERS =
      Set.of(AlarmKind.CHANGE_FEED_BEHIND, AlarmKind.AUDIT_LEAVES_BEHIND);

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final String node;
  private final Set<AlarmKey> once = ConcurrentHashMap.newKeySet();
  private final AlarmQueue queue;
  private final ConditionWatch own;
  private final Outbound outbound;
  private final SSLContext tls;
  private final ConditionWatch reached;

  /** Begins at once. */
  AlarmParts(Config config, CatalogDatabase database, MeterRegistry metrics, Clock clock)
      throws IOException {
    this.node = config.node();
    this.queue = new AlarmQueue(config.node(), WAITING, clock, new AlarmLog());
    register(metrics, queue);
    Config.Alarms settings = config.alarms();
    tls = TrustFile.load(settings.trust());
    outbound = new Outbound(settings.localAddresses(), tls, PATIENCE);
    AlarmDispatcher dispatcher =
        new AlarmDispatcher(
            database.alarmOutbox(),
            settings.channels(),
            new Notifiers(outbound, tls, settings.smtp(), webhookKeys(config.data()), clock),
            queue,
            AlarmDispatcher.Settings.defaults());
    AlarmWriter writer = new AlarmWriter(queue, database.alarms(), dispatcher::wake);
    writer.start();
    running.push(writer);
    running.push(dispatcher.start());
    CatalogConditions.Limits limits =
        CatalogConditions.Limits.of(
            config.audit().checkpointInterval(), config.audit().bundleInterval());
    running.push(
        new AlarmUpkeep(
                database.conditions(limits)::find, database.alarms(), queue, settings.channels())
            .start(Duration.ofSeconds(15)));
    this.own = new ConditionWatch("alarm-watch", queue).start(Duration.ofSeconds(2));
    running.push(own);
    this.reached = new ConditionWatch("alarm-watch-remote", queue).start(Duration.ofSeconds(15));
    running.push(reached);
    Config.Heartbeat heartbeat = settings.heartbeat();
    if (heartbeat != null) {
      CatalogConditions conditions = database.conditions(limits);
      HeartbeatSender sender =
          new HeartbeatSender(
              heartbeat.url(), new HttpPost(outbound), () -> unwell(database, conditions));
      running.push(sender.start(heartbeat.every()));
      watch(AlarmKind.HEARTBEAT_FAILING, sender);
    }
  }

  /** The keys by which webhooks are signed; they lie with the platform's other keys. */
  static WebhookKeys webhookKeys(Path data) throws IOException {
    return new WebhookKeys(
        SecretFile.load(data.resolve("keys/alarm-webhook.secret"), WebhookKeys.SECRET_BYTES));
  }

  private static void register(MeterRegistry metrics, AlarmQueue queue) {
    for (AlarmKind kind : AlarmKind.values()) {
      Gauge.builder(
              "earwitness_alarms_open", queue, each -> each.openByKind().getOrDefault(kind, 0))
          .description("Open alarms: docs/operations/alarms.md")
          .tags("kind", kind.wireName(), "severity", kind.severity().wireName())
          .register(metrics);
    }
    Gauge.builder("earwitness_alarms_dropped", queue, AlarmQueue::dropped)
        .description("Alarms that are in no register because too many waited; the log has them")
        .register(metrics);
  }

  private static @Nullable String unwell(CatalogDatabase database, CatalogConditions conditions) {
    database.check();
    List<String> late =
        conditions.find().stream()
            .map(CatalogConditions.Found::kind)
            .filter(SEQUENCERS::contains)
            .map(AlarmKind::wireName)
            .toList();
    if (!late.isEmpty()) {
      return String.join(", ", late);
    }
    boolean recorded = database.nodes().list().stream().anyMatch(each -> !each.absent());
    return recorded ? null : "no recorder is there";
  }

  /** Connections to addresses that people configure, by the settings of alarms. */
  Outbound outbound() {
    return outbound;
  }

  /** Whom connections to the outside trust. */
  SSLContext tls() {
    return tls;
  }

  Alarms alarms() {
    return queue;
  }

  @Override
  public void watch(AlarmKind kind, ConditionWatch.Condition condition) {
    own.watch(kind, AlarmObject.node(node), condition);
  }

  @Override
  public void watchPart(AlarmKind kind, String part, ConditionWatch.Condition condition) {
    own.watch(kind, AlarmObject.node(node + "/" + part), condition);
  }

  @Override
  public void watchRemote(AlarmKind kind, ConditionWatch.Condition condition) {
    reached.watch(kind, AlarmObject.node(node), condition);
  }

  @Override
  public void also(Runnable work) {
    own.also(work);
  }

  @Override
  public void raiseOnce(AlarmKind kind, AlarmObject object, TenantSlug tenant, String detail) {
    if (once.add(new AlarmKey(tenant, kind, object))) {
      queue.raise(kind, object, tenant, detail);
    }
  }

  @Override
  public void close() throws Exception {
    while (!running.isEmpty()) {
      running.pop().close();
    }
  }
}
