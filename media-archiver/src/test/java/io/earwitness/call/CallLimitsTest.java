package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallLimitsTest {
  private static void assertRefused(int guaranteed, @Nullable Integer max, String named) {
    assertThatThrownBy(() -> new CallLimits(guaranteed, max))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }

  @Test
  void whatMakesNoSenseIsNamed() {
    assertRefused(-1, null, "-1 guaranteed calls; allowed are 0 to 100000");
    assertRefused(100_001, null, "100001 guaranteed calls");
    assertRefused(0, 0, "at most 0 calls; allowed are 1 to 100000");
    assertRefused(5, 4, "at most 4 calls are fewer than the 5 guaranteed");
    assertThat(new CallLimits(5, 5).max()).isEqualTo(5);
    assertThat(new CallLimits(100_000, null).guaranteed()).isEqualTo(100_000);
  }

  @Test
  void aSnapshotThatWasWrittenBeforeThereWereLimitsHasNone() throws Exception {
    String older =
        """
        {"version":"v1","tenants":[{"slug":"acme","zone":"UTC","domains":["a.example"],\
        "numbers":[]}],"srcs":[]}""";
    RecorderSnapshot snapshot =
        Json.read(older.getBytes(StandardCharsets.UTF_8), RecorderSnapshot.class);
    assertThat(snapshot.tenants().getFirst().limits()).isEqualTo(CallLimits.NONE);
  }
}
