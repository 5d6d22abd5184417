package io.earwitness.recorder.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are: no exception, and no time that grows out of proportion. */
class HostileMetadataTest {
  private static final Duration STUCK = Duration.ofSeconds(30);

  @Test
  void neverFailsOnMutatedDocuments() {
    Random random = new Random(7865);
    List<byte[]> seeds =
        List.of(
            Samples.document(Samples.BASIC),
            Samples.document(Samples.ORACLE),
            Samples.document(Samples.CUBE),
            Samples.document(Samples.TRANSFER),
            Samples.document(Samples.MALFORMED));
    String interesting = "<>&;'\"/=![]-?: \0\u00ff";
    int malformed = 0;
    for (int round = 0; round < 6_000; round++) {
      byte[] document = seeds.get(round % seeds.size()).clone();
      for (int i = random.nextInt(6); i >= 0; i--) {
        int at = random.nextInt(document.length);
        document[at] =
            random.nextBoolean()
                ? (byte) interesting.charAt(random.nextInt(interesting.length()))
                : (byte) random.nextInt(256);
      }
      RecordingMetadata metadata = MetadataParser.parse(document);
      MetadataState state = new MetadataState();
      state.apply(metadata);
      state.apply(MetadataParser.parse(seeds.get(random.nextInt(seeds.size()))));
      state.parties(List.of("1", "2"));
      malformed += metadata.malformed() ? 1 : 0;
      if (metadata.malformed()) {
        assertThat(metadata.remarks()).isNotEmpty();
      }
    }
    assertThat(malformed).as("documents that were damaged").isGreaterThan(3_000);
  }

  @Test
  void readsPathologicalTextInLinearTime() {
    int size = 1 << 20;
    for (String unit :
        List.of(
            "<a>",
            "<a ",
            "<a b='",
            "<a b=",
            "</a>",
            "<a></b>",
            "&",
            "&amp",
            "<!--",
            "<![CDATA[",
            "<!",
            "<!DOCTYPE [",
            "<?",
            "<",
            ">",
            "=",
            "\n<",
            "<x:a xmlns:x='u'>",
            "<participant><nameID aor='",
            "<session id='s'><participant id='p'>")) {
      byte[] document =
          ("<recording>" + unit.repeat(size / unit.length())).getBytes(StandardCharsets.UTF_8);
      RecordingMetadata metadata =
          assertTimeoutPreemptively(STUCK, () -> MetadataParser.parse(document), unit);
      assertThat(metadata.malformed()).as(unit).isTrue();
    }
  }

  @Test
  void refusesToGrowWithoutLimit() {
    String participants = "<participant participant_id='%d'><nameID aor='sip:a@h'/></participant>";
    StringBuilder document = new StringBuilder("<recording>");
    for (int i = 0; i < 5_000; i++) {
      document.append(participants.formatted(i));
    }
    document.append("</recording>");
    RecordingMetadata metadata =
        MetadataParser.parse(document.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(metadata.participants()).hasSize(5_000);
    MetadataState state = new MetadataState();
    assertThat(state.apply(metadata)).hasSize(1_000);
  }
}
