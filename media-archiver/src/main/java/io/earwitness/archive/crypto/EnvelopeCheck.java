package io.earwitness.archive.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Compares a stored object with its signed description, in one reading and without any key. Shares
 * only the format with the writer. Stateless.
 */
public final class EnvelopeCheck {
  private EnvelopeCheck() {}

  /**
   * Reads an object to its end and says each difference in a sentence; an empty list means that it
   * is what was signed.
   *
   * @throws IOException if the object can't be read
   */
  public static List<String> differences(InputStream object, SealedEnvelope signed)
      throws IOException {
    List<String> differences = new ArrayList<>();
    byte[] header = object.readNBytes((int) signed.ciphertextOffset());
    if (header.length < signed.ciphertextOffset()) {
      return List.of(cutOff(header.length, signed));
    }
    checkHeader(header, signed, differences);
    long position = header.length;
    BlockRuns runs = new BlockRuns(signed, differences);
    MessageDigest sha256 = Digests.sha256();
    byte[] block = new byte[SealedEnvelope.BLOCK_SIZE];
    for (int i = 0; i < signed.blockCount(); i++) {
      int length = object.readNBytes(block, 0, signed.blockLength(i));
      position += length;
      if (length < signed.blockLength(i)) {
        runs.end();
        differences.add(cutOff(position, signed));
        return differences;
      }
      sha256.update(block, 0, length);
      runs.add(i, sha256.digest());
    }
    runs.end();
    byte[] trailer = object.readNBytes(SealedEnvelope.TRAILER_BYTES);
    if (trailer.length < SealedEnvelope.TRAILER_BYTES) {
      differences.add(cutOff(position + trailer.length, signed));
      return differences;
    }
    checkTag(trailer, signed, differences);
    long more = object.transferTo(OutputStream.nullOutputStream());
    if (more > 0) {
      differences.add(
          "%d bytes follow behind the signed size of %d bytes.".formatted(more, signed.size()));
    }
    return differences;
  }

  private static void checkHeader(byte[] header, SealedEnvelope signed, List<String> differences) {
    byte[] hash = Digests.sha256().digest(header);
    if (!MessageDigest.isEqual(hash, signed.headerHash())) {
      differences.add(
          "The recipient header (bytes 0 to %d) differs: its SHA-256 is %s, signed is %s."
              .formatted(header.length - 1, HexFormat.of().formatHex(hash), signed.headerSha256()));
    }
    try {
      EnvelopeHeader parsed =
          new EnvelopeHeaderParser(header, signed.size()).parse(signed.tagBytes());
      if (!parsed.nonce().equals(signed.nonce())) {
        differences.add(
            "The header's nonce is %s, signed is %s.".formatted(parsed.nonce(), signed.nonce()));
      }
      if (parsed.ciphertextOffset() != signed.ciphertextOffset()) {
        differences.add(
            "The header ends at byte %d, signed is byte %d."
                .formatted(parsed.ciphertextOffset(), signed.ciphertextOffset()));
      }
    } catch (EnvelopeFormatException e) {
      differences.add("The header is not of the accepted kind: " + e.getMessage());
    } catch (IOException e) {
      differences.add("The header is cut off within its own structure: " + e.getMessage());
    }
  }

  private static void checkTag(byte[] trailer, SealedEnvelope signed, List<String> differences) {
    if (trailer[0] != DerReader.OCTET_STRING || trailer[1] != EnvelopeAlgorithms.TAG_BYTES) {
      differences.add(
          "Before the tag, at byte %d, there is %02x %02x instead of 04 10."
              .formatted(signed.size() - trailer.length, trailer[0], trailer[1]));
    }
    byte[] tag = Arrays.copyOfRange(trailer, 2, trailer.length);
    if (!MessageDigest.isEqual(tag, signed.tagBytes())) {
      differences.add(
          "The tag (last 16 bytes) is %s, signed is %s."
              .formatted(HexFormat.of().formatHex(tag), signed.tag()));
    }
  }

  private static String cutOff(long bytes, SealedEnvelope signed) {
    return "The object is cut off: it has %d bytes, signed are %d.".formatted(bytes, signed.size());
  }

  static String blockDiffers(SealedEnvelope signed, int block, byte[] hash) {
    long from = signed.ciphertextOffset() + (long) block * SealedEnvelope.BLOCK_SIZE;
    return "Block %d (bytes %d to %d of the object) differs: its SHA-256 is %s, signed is %s."
        .formatted(
            block,
            from,
            from + signed.blockLength(block) - 1,
            HexFormat.of().formatHex(hash),
            signed.blockSha256(block));
  }

  /** Says runs of differing blocks in one sentence each, so that a lost disk gives no flood. */
  private static final class BlockRuns {
    private final SealedEnvelope signed;
    private final List<String> differences;
    private int first = -1;
    private int last = -1;
    private byte[] firstHash = {};

    BlockRuns(SealedEnvelope signed, List<String> differences) {
      this.signed = signed;
      this.differences = differences;
    }

    void add(int block, byte[] hash) {
      if (signed.matches(block, hash)) {
        end();
        return;
      }
      if (first < 0) {
        first = block;
        firstHash = hash;
      }
      last = block;
    }

    void end() {
      if (first >= 0 && first == last) {
        differences.add(blockDiffers(signed, first, firstHash));
      } else if (first >= 0) {
        long from = signed.ciphertextOffset() + (long) first * SealedEnvelope.BLOCK_SIZE;
        long to =
            signed.ciphertextOffset()
                + (long) last * SealedEnvelope.BLOCK_SIZE
                + signed.blockLength(last);
        differences.add(
            "Blocks %d to %d (bytes %d to %d of the object) differ from the signed hashes."
                .formatted(first, last, from, to - 1));
      }
      first = -1;
    }
  }
}
