package io.earwitness.recorder.sdp;

import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSuite;
import io.earwitness.recorder.srtp.SrtpSupport;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An {@code a=crypto} line that can be used (RFC 4568 §9.1, §9.2):
 *
 * <pre>
 * "a=crypto:" tag 1*WSP crypto-suite 1*WSP key-params *(1*WSP session-param)
 * key-params      = "inline:" key||salt ["|" lifetime] ["|" MKI-value ":" MKI-length]
 * lifetime        = ["2^"] 1*(DIGIT)
 * session-param   = "KDR=" … / "WSH=" … / "UNENCRYPTED_SRTP" / … / ["-"] token ["=" value]
 * </pre>
 *
 * A lifetime is checked and not enforced: it binds who sends. Messages never hold any part of a
 * key.
 *
 * @param tag what an answer names the line by
 * @param namesKey whether packets name their key, so that the line has a key identifier
 */
public record CryptoLine(int tag, SrtpKey key, boolean namesKey) {
  private static final String ATTRIBUTE = "crypto:";
  private static final Pattern LIFETIME = Pattern.compile("(2\\^)?([0-9]{1,15})");
  private static final Pattern MKI = Pattern.compile("([0-9]{1,309}):([0-9]{1,3})");
  private static final int MAX_MKI_SIZE = 128;

  /** RFC 3711 §9.2: packets that one key may protect. */
  private static final int MAX_LIFETIME_BITS = 48;

  /** A name that shows nothing of a key, whose base64 has small letters and no underscores. */
  private static final Pattern NAME = Pattern.compile("[A-Z0-9]{1,20}(_[A-Z0-9]{1,20}){0,8}");

  /**
   * The line to answer with: the first that can be used and has no key identifier, else the first
   * that can be used; null if none can.
   */
  public static @Nullable CryptoLine choose(MediaDescription media) {
    CryptoLine withIdentifier = null;
    for (String value : values(media)) {
      try {
        CryptoLine line = parse(value);
        if (!line.namesKey) {
          return line;
        }
        withIdentifier = withIdentifier == null ? line : withIdentifier;
      } catch (SdpException e) {
        // RFC 4568 §7.1.2: the others may do
      }
    }
    return withIdentifier;
  }

  /** For people: why none of the lines can be used. */
  public static String whyNone(MediaDescription media) {
    List<String> reasons = new ArrayList<>();
    for (String value : values(media)) {
      try {
        parse(value);
      } catch (SdpException e) {
        reasons.add(e.getMessage());
      }
    }
    return reasons.isEmpty() ? "no crypto line" : String.join("; ", reasons);
  }

  /** Whether a line that can be used has a key whose base64 lacks its padding (RFC 4568 §6.1). */
  public static boolean hasUnpaddedKey(MediaDescription media) {
    for (String value : values(media)) {
      try {
        parse(value);
        String key = value.split("\\s+")[2].substring("inline:".length()).split("\\|", -1)[0];
        if (key.length() % 4 != 0) {
          return true;
        }
      } catch (SdpException e) {
        // What can't be used is not tolerated
      }
    }
    return false;
  }

  private static List<String> values(MediaDescription media) {
    return media.attributes().stream()
        .filter(attribute -> attribute.startsWith(ATTRIBUTE))
        .map(attribute -> attribute.substring(ATTRIBUTE.length()).strip())
        .toList();
  }

  /** Reads what stands behind {@code a=crypto:}. */
  static CryptoLine parse(String value) throws SdpException {
    String[] words = value.split("\\s+");
    if (words.length < 3 || !words[0].matches("[0-9]{1,9}")) {
      throw new SdpException("a crypto line without tag, suite and key");
    }
    SrtpSuite suite = SrtpSuite.of(words[1]);
    if (suite == null) {
      throw problem(
          words[0],
          NAME.matcher(words[1]).matches() ? "unknown suite " + words[1] : "unknown suite");
    }
    if (!SrtpSupport.isUsable(suite)) {
      throw problem(words[0], "suite " + suite + ", which can't be used on this machine");
    }
    for (int i = 3; i < words.length; i++) {
      checkParameter(words[0], words[i]);
    }
    String[] parts = words[2].split("\\|", -1);
    if (words[2].contains(";")) {
      throw problem(words[0], "more than one key");
    }
    if (!parts[0].toLowerCase(Locale.ROOT).startsWith("inline:") || parts.length > 3) {
      throw problem(words[0], "no inline key");
    }
    byte[] mki = new byte[0];
    for (int i = 1; i < parts.length; i++) {
      Matcher identifier = MKI.matcher(parts[i]);
      if (i == parts.length - 1 && identifier.matches()) {
        mki = identifier(words[0], identifier);
      } else if (i == 1) {
        checkLifetime(words[0], parts[i]);
      } else {
        throw problem(words[0], "a key identifier that can't be read");
      }
    }
    SrtpKey key = key(words[0], suite, parts[0].substring("inline:".length()), mki);
    return new CryptoLine(Integer.parseInt(words[0]), key, mki.length > 0);
  }

  private static SrtpKey key(String tag, SrtpSuite suite, String base64, byte[] mki)
      throws SdpException {
    byte[] bytes;
    try {
      // Many SRCs leave the padding out
      bytes = Base64.getDecoder().decode(base64.replaceFirst("={0,2}$", ""));
    } catch (IllegalArgumentException e) {
      throw problem(tag, "a key that is not base64");
    }
    if (bytes.length != suite.keyAndSaltSize()) {
      throw problem(
          tag,
          "a key of %d bytes, %s needs %d".formatted(bytes.length, suite, suite.keyAndSaltSize()));
    }
    return new SrtpKey(suite, bytes, mki);
  }

  private static void checkLifetime(String tag, String text) throws SdpException {
    Matcher matcher = LIFETIME.matcher(text);
    if (!matcher.matches()) {
      throw problem(tag, "a lifetime that can't be read");
    }
    long number = Long.parseLong(matcher.group(2));
    boolean possible =
        matcher.group(1) == null
            ? number > 0 && number <= 1L << MAX_LIFETIME_BITS
            : number <= MAX_LIFETIME_BITS;
    if (!possible) {
      throw problem(tag, "a lifetime beyond that of any key");
    }
  }

  private static byte[] identifier(String tag, Matcher matcher) throws SdpException {
    int size = Integer.parseInt(matcher.group(2));
    BigInteger value = new BigInteger(matcher.group(1));
    if (size == 0 || size > MAX_MKI_SIZE || value.bitLength() > 8 * size) {
      throw problem(tag, "a key identifier that doesn't fit its length");
    }
    byte[] mki = new byte[size];
    for (int i = size - 1; value.signum() != 0; i--) {
      mki[i] = value.byteValue();
      value = value.shiftRight(8);
    }
    return mki;
  }

  /**
   * RFC 4568 §6.3.7: who doesn't know a parameter, or can't do what it asks, can't use the line,
   * unless the name begins with a hyphen. A window size is only a hint (§6.3.6).
   */
  private static void checkParameter(String tag, String parameter) throws SdpException {
    String name = parameter.split("=", 2)[0].toUpperCase(Locale.ROOT);
    boolean usable =
        name.startsWith("-") || name.equals("WSH") || parameter.equalsIgnoreCase("KDR=0");
    if (!usable) {
      throw problem(
          tag,
          NAME.matcher(name).matches()
              ? "session parameter " + name
              : "a session parameter that can't be read");
    }
  }

  private static SdpException problem(String tag, String what) {
    return new SdpException("crypto line %s has %s".formatted(tag, what));
  }

  /** A line of our own, as in {@code a=}; an answer has the tag and suite of the line it is to. */
  public static String attribute(int tag, SrtpKey key) {
    return "%s%d %s %s".formatted(ATTRIBUTE, tag, key.suite(), key.inline());
  }
}
