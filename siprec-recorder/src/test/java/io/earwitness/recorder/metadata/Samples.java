package io.earwitness.recorder.metadata;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The metadata documents in the sample INVITEs under {@code siprec/}. */
final class Samples {
  static final String BASIC = "01-rfc8068-basic-two-mlines.sip";
  static final String ORACLE = "02-oracle-style-apkt-extensiondata.sip";
  static final String CUBE = "03-cisco-cube-style-gtd-guid.sip";
  static final String TRANSFER = "04-reinvite-transfer-partial.sip";
  static final String HOLD = "05-reinvite-hold-partial.sip";
  static final String MALFORMED = "06-malformed-xml.sip";

  private Samples() {}

  static byte[] document(String sample) {
    try (InputStream in = Samples.class.getResourceAsStream("/siprec/" + sample)) {
      if (in == null) {
        throw new AssertionError("no sample " + sample);
      }
      String message = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      int from = message.indexOf("<?xml");
      return message
          .substring(from, message.indexOf("\r\n--", from))
          .getBytes(StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RecordingMetadata parse(String sample) {
    return MetadataParser.parse(document(sample));
  }
}
