package io.earwitness.archive.store.s3;

import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import java.net.URI;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what the server or the network says into what an operator can act on. */
final class S3Errors {
  private final URI endpoint;

  S3Errors(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** Runs a request; {@code verb} completes "can't ... the object". */
  <T> T during(String verb, String bucket, String key, Supplier<T> request) {
    try {
      return request.get();
    } catch (SdkException e) {
      throw failure(verb, bucket, key, e);
    }
  }

  ObjectStoreException failure(String verb, String bucket, String key, SdkException e) {
    return new ObjectStoreException(
        "S3 %s: can't %s %s: %s"
            .formatted(endpoint, verb, key.isEmpty() ? bucket : bucket + "/" + key, reason(e)),
        e);
  }

  private static String reason(SdkException e) {
    if (!(e instanceof AwsServiceException answer)) {
      return "%s; check that the endpoint is right and can be reached from here"
          .formatted(e.getMessage());
    }
    String remedy =
        switch (answer.statusCode()) {
          case 401, 403 ->
              "; check S3_ACCESS_KEY and S3_SECRET_KEY, this host's clock, and that this account"
                  + " may read, write, list, delete and set retention in both buckets";
          case 404 -> "; the bucket may have been removed: restart makes it again";
          case 301, 307, 400 -> "; check S3_REGION and the endpoint's scheme";
          case 507 -> "; the store is full or over its quota";
          default ->
              answer.statusCode() >= 500 ? "; the store has a fault, it will be tried again" : "";
        };
    return "answer %d %s%s".formatted(answer.statusCode(), code(answer), remedy);
  }

  /** Whether there is no such version: 404, or 400 for a text that can't be a version id. */
  static boolean isMissing(AwsServiceException answer) {
    String code = answer.awsErrorDetails() == null ? "" : answer.awsErrorDetails().errorCode();
    return answer.statusCode() == 404 && !"NoSuchBucket".equals(code)
        || answer.statusCode() == 400
            && ("InvalidArgument".equals(code) || "NoSuchVersion".equals(code));
  }

  /** The error code of an answer, such as {@code AccessDenied}, and its text. */
  static String code(AwsServiceException answer) {
    var details = answer.awsErrorDetails();
    if (details == null) {
      return String.valueOf(answer.getMessage());
    }
    String text = details.errorMessage();
    return details.errorCode() + (text == null || text.isEmpty() ? "" : " (" + text + ")");
  }
}
