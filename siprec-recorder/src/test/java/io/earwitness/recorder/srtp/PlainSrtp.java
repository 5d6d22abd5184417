package io.earwitness.recorder.srtp;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * SRTP written from the text of the standards, for packets without CSRCs, extension or key
 * identifier; shares nothing with the library. {@link PlainSrtpTest} holds it to their vectors.
 */
final class PlainSrtp {
  private static final int HEADER = 12;

  private final SrtpSuite suite;
  private final byte[] key;
  private final byte[] salt;
  private final byte[] authenticationKey;

  PlainSrtp(SrtpSuite suite, byte[] keyAndSalt) throws GeneralSecurityException {
    this.suite = suite;
    byte[] masterKey = Arrays.copyOf(keyAndSalt, suite.keySize());
    byte[] masterSalt = Arrays.copyOfRange(keyAndSalt, suite.keySize(), keyAndSalt.length);
    key = derive(masterKey, masterSalt, 0, suite.keySize());
    authenticationKey = derive(masterKey, masterSalt, 1, 20);
    salt = derive(masterKey, masterSalt, 2, suite.saltSize());
  }

  /** RFC 3711 §4.3: label over the salt, which is padded to 112 bits (RFC 7714 §11), as counter. */
  static byte[] derive(byte[] masterKey, byte[] masterSalt, int label, int size)
      throws GeneralSecurityException {
    byte[] x = Arrays.copyOf(masterSalt, 16);
    x[7] ^= (byte) label;
    return counterMode(masterKey, x, new byte[size]);
  }

  static byte[] counterMode(byte[] key, byte[] counter, byte[] data)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(counter));
    return cipher.doFinal(data);
  }

  /** RFC 7714 §8.1: zeros, SSRC, rollover counter and sequence number over the salt. */
  static byte[] gcm(byte[] key, byte[] salt, byte[] packet, int rollovers)
      throws GeneralSecurityException {
    byte[] iv =
        ByteBuffer.allocate(12)
            .putShort((short) 0)
            .put(packet, 8, 4)
            .putInt(rollovers)
            .put(packet, 2, 2)
            .array();
    for (int i = 0; i < 12; i++) {
      iv[i] ^= salt[i];
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
    cipher.updateAAD(packet, 0, HEADER);
    byte[] secret = cipher.doFinal(packet, HEADER, packet.length - HEADER);
    return ByteBuffer.allocate(HEADER + secret.length).put(packet, 0, HEADER).put(secret).array();
  }

  byte[] protect(byte[] packet, int rollovers) throws GeneralSecurityException {
    if (suite.isAead()) {
      return gcm(key, salt, packet, rollovers);
    }
    // RFC 3711 §4.1.1: IV = (k_s * 2^16) XOR (SSRC * 2^64) XOR (i * 2^16)
    byte[] iv = Arrays.copyOf(salt, 16);
    byte[] index =
        ByteBuffer.allocate(16)
            .position(4)
            .put(packet, 8, 4)
            .putInt(rollovers)
            .put(packet, 2, 2)
            .array();
    for (int i = 0; i < 16; i++) {
      iv[i] ^= index[i];
    }
    byte[] secret = counterMode(key, iv, Arrays.copyOfRange(packet, HEADER, packet.length));
    ByteBuffer result = ByteBuffer.allocate(packet.length + suite.tagSize());
    result.put(packet, 0, HEADER).put(secret);
    // §4.2: over the packet and the rollover counter
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(authenticationKey, "HmacSHA1"));
    mac.update(result.array(), 0, packet.length);
    byte[] tag = mac.doFinal(ByteBuffer.allocate(4).putInt(rollovers).array());
    return result.put(tag, 0, suite.tagSize()).array();
  }
}
