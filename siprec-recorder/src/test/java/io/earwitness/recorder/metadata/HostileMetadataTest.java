package io.earwitness.recorder.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.earwitness.recorder.metadata.RecordingMetadata.ExtensionItem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

  /** Each attribute of an extension repeats its element's name: a product, unless both are cut. */
  @Test
  void aLongNameWithManyAttributesStaysSmall() {
    StringBuilder document = new StringBuilder("<recording><").append("n".repeat(120_000));
    for (int i = 0; i < 17_000; i++) {
      document.append(" a").append(Integer.toString(i, 36)).append("='1'");
    }
    RecordingMetadata metadata =
        parsed(document + "><inner label='" + "l".repeat(4_000) + "' x='2'/></recording>");

    assertThat(metadata.malformed()).isTrue();
    assertThat(metadata.remarks())
        .anyMatch(remark -> remark.contains("a name of 120000 characters"))
        .anyMatch(remark -> remark.contains("more than 100 attributes"))
        .allMatch(remark -> remark.length() < 500);
    assertThat(metadata.extensions()).hasSizeBetween(100, 110);
    assertSmall(metadata.extensions());
  }

  @Test
  void attributesCountAgainstTheLimitOfExtensionItems() {
    String attributes =
        IntStream.range(0, 50).mapToObj(i -> "a" + i + "='1'").collect(Collectors.joining(" "));
    String label = "<x label='" + "l".repeat(3_000) + "' " + attributes + "/>";
    RecordingMetadata metadata =
        parsed("<recording>" + ("<e " + attributes + "/>" + label).repeat(100) + "</recording>");

    assertThat(metadata.malformed()).isFalse();
    assertThat(metadata.extensions()).hasSize(1_000);
    assertSmall(metadata.extensions());
  }

  private static void assertSmall(List<ExtensionItem> items) {
    for (ExtensionItem item : items) {
      assertThat(item.name()).hasSizeLessThanOrEqualTo(256);
      assertThat(String.valueOf(item.label())).hasSizeLessThanOrEqualTo(256);
      assertThat(item.value()).hasSizeLessThanOrEqualTo(2048);
    }
  }

  @Test
  void theStateOfACallDoesNotGrowFromDocumentToDocument() {
    MetadataState state = new MetadataState();
    for (int round = 0; round < 20; round++) {
      StringBuilder document = new StringBuilder("<recording><datamode>partial</datamode>");
      for (int i = 0; i < 1_000; i++) {
        String id = round + "-" + i;
        document
            .append("<stream stream_id='s%s'><label>l%s</label></stream>".formatted(id, id))
            .append("<participantsessionassoc participant_id='p%d'".formatted(i % 7))
            .append(" session_id='c%s'/>".formatted(id))
            .append("<participantstreamassoc participant_id='q%s'>".formatted(i % 7))
            .append("<send>s%s</send><recv>s%s</recv>".formatted(id, id))
            .append("</participantstreamassoc>");
      }
      state.apply(parsed(document + "</recording>"));
    }
    assertThat(state.labels()).hasSize(1_000);
    assertThat(state.associations()).isEqualTo(10_000);
  }

  @Test
  void everybodyReplacedAtOnceIsNoProduct() {
    MetadataState state = new MetadataState();
    String person =
        "<participant participant_id='%1$s%2$d' session='s'><nameID aor='sip:%1$s%2$d@h'/>"
            + "<send>%2$d</send></participant>";
    String stream = "<stream stream_id='%d' session_id='s'><label>%d</label></stream>";
    for (String who : List.of("a", "b")) {
      StringBuilder document = new StringBuilder("<recording><session session_id='s'/>");
      for (int i = 0; i < 500; i++) {
        document.append(person.formatted(who, i)).append(stream.formatted(i, i));
      }
      RecordingMetadata metadata = parsed(document + "</recording>");
      List<MetadataChange> changes =
          assertTimeoutPreemptively(STUCK, () -> state.apply(metadata), who);
      assertThat(changes).hasSize(who.equals("a") ? 500 : 1_500);
      assertThat(state.contradictions(Map.of())).isEmpty();
    }
  }

  /** No text may hold half a surrogate pair: neither UTF-8 nor PostgreSQL can keep it. */
  @Test
  void noCharacterIsCutInHalf() {
    for (int length = XmlLimits.VALUE - 3; length <= XmlLimits.VALUE; length++) {
      String name = "a".repeat(length) + "\ud83d\ude00".repeat(3);
      assertThat(
              parsed(
                      "<recording><participant><nameID aor='sip:a@b'><name>"
                          + name
                          + "</name></nameID></participant></recording>")
                  .participants()
                  .toString())
          .contains("aaa")
          .matches(HostileMetadataTest::isWhole);
    }
    assertThat(
            parsed("<recording><participant><nameID aor='sip:a@b'><name>x&#xD800;&#56320;y</name>")
                .participants()
                .toString())
        .contains("x\ufffd\ufffdy");
  }

  private static boolean isWhole(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private static RecordingMetadata parsed(String document) {
    return MetadataParser.parse(document.getBytes(StandardCharsets.UTF_8));
  }
}
