package io.earwitness.recorder.metadata;

import io.earwitness.recorder.metadata.StrictXml.NotWellFormedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads recording metadata (RFC 7865) in all dialects that are known, by local names, into one
 * model.
 *
 * <p>Bad metadata never costs audio: {@link #parse} never fails. Text that is no well-formed XML is
 * read a second time for whatever tags can be recognised, and the result is marked malformed. No
 * document type, entity or other external thing is ever followed; size, depth and number of
 * elements are limited. Thread-safe.
 */
public final class MetadataParser {
  private MetadataParser() {}

  /**
   * Reads one document.
   *
   * @param document the body of a part of type {@code application/rs-metadata+xml} (RFC 7866 §9) or
   *     {@code application/rs-metadata} (RFC 9806); usually UTF-8
   */
  public static RecordingMetadata parse(byte[] document) {
    List<String> remarks = new ArrayList<>();
    boolean malformed = false;
    byte[] body = document;
    XmlElement root;
    if (body.length > XmlLimits.BYTES) {
      remarks.add(
          "the document has %d bytes; only the first %d are read"
              .formatted(body.length, XmlLimits.BYTES));
      body = Arrays.copyOf(body, XmlLimits.BYTES);
      malformed = true;
    }
    try {
      root = StrictXml.parse(trimmed(body));
    } catch (NotWellFormedException e) {
      malformed = true;
      LenientXml lenient = new LenientXml(text(body, remarks));
      root = lenient.parse();
      remarks.addAll(lenient.problems().isEmpty() ? List.of(e.getMessage()) : lenient.problems());
    }
    return new MetadataMapper(malformed, remarks).map(root);
  }

  /**
   * Without white space in front, which no XML declaration allows but some part splitters leave.
   */
  private static byte[] trimmed(byte[] body) {
    int from = 0;
    while (from < body.length && body[from] >= 0 && Character.isWhitespace(body[from])) {
      from++;
    }
    return from == 0 ? body : Arrays.copyOfRange(body, from, body.length);
  }

  private static String text(byte[] body, List<String> remarks) {
    Charset charset = StandardCharsets.UTF_8;
    if (body.length >= 2 && (body[0] & 0xff) + (body[1] & 0xff) == 0xfe + 0xff) {
      charset = StandardCharsets.UTF_16;
    }
    String text;
    try {
      text = charset.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      remarks.add("not valid " + charset + "; read as ISO-8859-1");
      text = new String(body, StandardCharsets.ISO_8859_1);
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }
}
