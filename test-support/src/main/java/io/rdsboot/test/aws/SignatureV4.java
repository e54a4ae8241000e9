package io.rdsboot.test.aws;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.rdsboot.test.aws.InvalidSignatureException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Verification of AWS Signature Version 4, in both of its forms: as a header, and as a
 * query that was signed in advance. Immutable.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html">the steps
 * of the signature</a>
 */
public final class SignatureV4 {

	private static final String ALGORITHM = "AWS4-HMAC-SHA256";

	private static final String TERMINATOR = "aws4_request";

	private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

	private static final Pattern AUTHORIZATION = Pattern
		.compile(ALGORITHM + " Credential=([^, ]+), ?SignedHeaders=([^, ]+), ?Signature=([0-9a-f]+)");

	/** How far the clocks of the two sides may be apart. */
	private static final Duration TOLERANCE = Duration.ofMinutes(5);

	private final String region;

	private final String service;

	private final Function<String, @Nullable AccessKey> keys;

	private final Function<Instant, Duration> age;

	/**
	 * Creates a verifier for one service in one region.
	 * @param region the region, such as {@code us-east-1}
	 * @param service the service's name in credential scopes, such as {@code rds-db}
	 * @param keys finds an access key by its id
	 * @param age how long ago something was signed, on the clock that counts
	 */
	public SignatureV4(String region, String service, Function<String, @Nullable AccessKey> keys,
			Function<Instant, Duration> age) {
		this.region = region;
		this.service = service;
		this.keys = keys;
		this.age = age;
	}

	/**
	 * Verifies the header {@code Authorization} of a request that was signed within the
	 * last five minutes.
	 * @param request the request
	 * @return id of the access key that has signed
	 * @throws InvalidSignatureException when AWS would refuse the request
	 */
	public String verifyHeader(HttpRequestText request) throws InvalidSignatureException {
		String value = request.header("authorization");
		Matcher matcher = AUTHORIZATION.matcher(value);
		if (!matcher.matches()) {
			throw new InvalidSignatureException(Reason.INCOMPLETE, value.isEmpty()
					? "The request has no header Authorization"
					: "The header Authorization does not look like '%s Credential=..., SignedHeaders=..., Signature=...'"
						.formatted(ALGORITHM));
		}
		return verify(request, new Claim(matcher.group(1), request.header("x-amz-date"), matcher.group(2),
				matcher.group(3), request.header("x-amz-security-token"), TOLERANCE));
	}

	/**
	 * Verifies a query that was signed in advance.
	 * @param request the request
	 * @param longest how long such a signature may be valid at most
	 * @return id of the access key that has signed
	 * @throws InvalidSignatureException when AWS would refuse the request
	 */
	public String verifyQuery(HttpRequestText request, Duration longest) throws InvalidSignatureException {
		Map<String, String> parameters = CanonicalRequest.parameters(request.query());
		String algorithm = required(parameters, "X-Amz-Algorithm");
		if (!algorithm.equals(ALGORITHM)) {
			throw new InvalidSignatureException(Reason.INCOMPLETE,
					"X-Amz-Algorithm is '%s', and must be %s".formatted(algorithm, ALGORITHM));
		}
		return verify(request,
				new Claim(required(parameters, "X-Amz-Credential"), required(parameters, "X-Amz-Date"),
						required(parameters, "X-Amz-SignedHeaders"), required(parameters, "X-Amz-Signature"),
						parameters.getOrDefault("X-Amz-Security-Token", ""),
						validity(required(parameters, "X-Amz-Expires"), longest)));
	}

	private static String required(Map<String, String> parameters, String name) throws InvalidSignatureException {
		String value = parameters.get(name);
		if (value == null) {
			throw new InvalidSignatureException(Reason.INCOMPLETE, "%s is missing".formatted(name));
		}
		return value;
	}

	private static Duration validity(String seconds, Duration longest) throws InvalidSignatureException {
		if (!seconds.matches("[1-9][0-9]{0,6}") || Long.parseLong(seconds) > longest.toSeconds()) {
			throw new InvalidSignatureException(Reason.INCOMPLETE,
					"X-Amz-Expires is '%s', and must be 1 to %d seconds".formatted(seconds, longest.toSeconds()));
		}
		return Duration.ofSeconds(Long.parseLong(seconds));
	}

	private String verify(HttpRequestText request, Claim claim) throws InvalidSignatureException {
		List<String> credential = List.of(claim.credential().split("/", -1));
		Instant signedAt = instant(claim.date());
		String scope = String.join("/", claim.date().substring(0, 8), this.region, this.service, TERMINATOR);
		String claimed = String.join("/", credential.subList(1, credential.size()));
		if (!claimed.equals(scope)) {
			throw new InvalidSignatureException(Reason.WRONG_SCOPE,
					"The credential scope is '%s', and must be '%s'".formatted(claimed, scope));
		}
		AccessKey key = key(credential.get(0), claim.sessionToken());
		CanonicalRequest canonical = new CanonicalRequest(request, List.of(claim.signedHeaders().split(";")));
		canonical.requireSigned("host");
		String text = String.join("\n", ALGORITHM, claim.date(), scope, canonical.hash());
		byte[] expected = hmac(signingKey(key, credential), text);
		if (!MessageDigest.isEqual(HexFormat.of().formatHex(expected).getBytes(StandardCharsets.US_ASCII),
				claim.signature().getBytes(StandardCharsets.UTF_8))) {
			throw new InvalidSignatureException(Reason.MISMATCH,
					"The signature is not that of this request by the secret key of %s".formatted(key.id()));
		}
		requireYoung(signedAt, claim.validity());
		return key.id();
	}

	private static Instant instant(String date) throws InvalidSignatureException {
		try {
			return LocalDateTime.parse(date, DATE).toInstant(ZoneOffset.UTC);
		}
		catch (DateTimeException ex) {
			throw new InvalidSignatureException(Reason.INCOMPLETE,
					"X-Amz-Date is '%s', and must look like 20260131T235959Z".formatted(date));
		}
	}

	private AccessKey key(String id, String sessionToken) throws InvalidSignatureException {
		AccessKey key = this.keys.apply(id);
		if (key == null) {
			throw new InvalidSignatureException(Reason.UNKNOWN_KEY, "The access key '%s' is not known".formatted(id));
		}
		String expected = (key.sessionToken() != null) ? key.sessionToken() : "";
		if (!expected.equals(sessionToken)) {
			throw new InvalidSignatureException(Reason.UNKNOWN_KEY,
					"The session token is not that of the access key '%s'".formatted(id));
		}
		return key;
	}

	private void requireYoung(Instant signedAt, Duration validity) throws InvalidSignatureException {
		Duration actual = this.age.apply(signedAt);
		if (actual.compareTo(validity) >= 0) {
			throw new InvalidSignatureException(Reason.EXPIRED,
					"Signed %d s ago, and valid for %d s".formatted(actual.toSeconds(), validity.toSeconds()));
		}
		if (actual.negated().compareTo(TOLERANCE) > 0) {
			throw new InvalidSignatureException(Reason.EXPIRED,
					"Signed %d s in the future".formatted(actual.negated().toSeconds()));
		}
	}

	private static byte[] signingKey(AccessKey key, List<String> credential) {
		byte[] derived = ("AWS4" + key.secret()).getBytes(StandardCharsets.UTF_8);
		for (String part : credential.subList(1, credential.size())) {
			derived = hmac(derived, part);
		}
		return derived;
	}

	private static byte[] hmac(byte[] key, String text) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(key, "HmacSHA256"));
			return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("Every Java platform has HmacSHA256", ex);
		}
	}

	private record Claim(String credential, String date, String signedHeaders, String signature, String sessionToken,
			Duration validity) {
	}

}
