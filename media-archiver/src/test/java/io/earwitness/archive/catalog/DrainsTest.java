package io.earwitness.archive.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DrainsTest {
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MICROS);
  private static CatalogDatabase database;
  private static Drains drains;

  @BeforeAll
  static void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
    drains = at(NOW);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static Drains at(Instant now) {
    return new PostgresDrains(database.transactions(), Clock.fixed(now, ZoneOffset.UTC));
  }

  @Test
  void aRecorderThatIsToBeDrainedHearsSoUntilItIsNot() {
    assertThat(drains.report("a", false, 7))
        .isEqualTo(new Drains.Drain("a", null, null, false, 7, NOW));
    assertThat(drains.drain("a", "cli:root")).isTrue();
    assertThat(drains.drain("a", "cli:other")).as("is wanted already").isFalse();
    assertThat(drains.report("a", true, 6))
        .isEqualTo(new Drains.Drain("a", NOW, "cli:root", true, 6, NOW));
    assertThat(drains.list()).contains(new Drains.Drain("a", NOW, "cli:root", true, 6, NOW));
    assertThat(drains.undrain("a")).isTrue();
    assertThat(drains.undrain("a")).isFalse();
    assertThat(drains.report("a", true, 0).since()).isNull();
  }

  @Test
  void whatDoesNotChangeIsWrittenSeldomButOftenEnoughToShowThatItLives() {
    drains.report("b", false, 1);
    assertThat(at(NOW.plus(Duration.ofSeconds(4))).report("b", false, 1).seenAt()).isEqualTo(NOW);
    Instant later = NOW.plus(Duration.ofSeconds(6));
    assertThat(at(later).report("b", false, 1).seenAt()).isEqualTo(later);
    assertThat(at(later.plusSeconds(1)).report("b", false, 2).seenAt())
        .isEqualTo(later.plusSeconds(1));
  }

  @Test
  void aRecorderThatNobodyKnowsIsNamed() {
    drains.report("c", false, 0);
    assertThatThrownBy(() -> drains.drain("sea", "cli:root"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no recorder 'sea' ever reported itself; known are: ")
        .hasMessageContaining("c");
    assertThatThrownBy(() -> drains.undrain("sea")).isInstanceOf(IllegalArgumentException.class);
  }
}
