package io.rdsboot.test.aws;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.test.aws.InvalidSignatureException.Reason;

/**
 * The one form of a request that both sides of a signature agree upon.
 */
final class CanonicalRequest {

	private final HttpRequestText request;

	private final List<String> signedHeaders;

	CanonicalRequest(HttpRequestText request, List<String> signedHeaders) {
		this.request = request;
		this.signedHeaders = signedHeaders;
	}

	/**
	 * Parameters of a query, decoded.
	 * @param query the query as sent
	 * @return values by name; of a name that is there twice, the last
	 * @throws InvalidSignatureException when the query cannot be decoded
	 */
	static Map<String, String> parameters(String query) throws InvalidSignatureException {
		Map<String, String> parameters = new LinkedHashMap<>();
		for (String pair : pairs(query).toList()) {
			parameters.put(decode(name(pair)), decode(value(pair)));
		}
		return parameters;
	}

	void requireSigned(String header) throws InvalidSignatureException {
		if (!this.signedHeaders.contains(header)) {
			throw new InvalidSignatureException(Reason.INCOMPLETE,
					"The signed headers are %s, and '%s' must be among them".formatted(this.signedHeaders, header));
		}
	}

	String hash() throws InvalidSignatureException {
		String headers = this.signedHeaders.stream()
			.map((name) -> name + ":" + this.request.header(name).strip().replaceAll(" +", " ") + "\n")
			.collect(Collectors.joining());
		return sha256(String
			.join("\n", this.request.method(), path(), query(), headers, String.join(";", this.signedHeaders),
					sha256(this.request.body()))
			.getBytes(StandardCharsets.UTF_8));
	}

	/** Every service but S3 encodes the path, which is encoded already, once more. */
	private String path() {
		return this.request.path().isEmpty() ? "/" : encode(this.request.path()).replace("%2F", "/");
	}

	private String query() throws InvalidSignatureException {
		StringBuilder text = new StringBuilder();
		for (String pair : pairs(this.request.query()).toList()) {
			String name = encode(decode(name(pair)));
			if (!name.equals("X-Amz-Signature")) {
				text.append(name).append('=').append(encode(decode(value(pair)))).append('&');
			}
		}
		// Sorted by name first: "a-b=" comes before "a=" as text.
		return pairs(text.toString()).map((pair) -> Map.entry(name(pair), value(pair)))
			.sorted(Map.Entry.<String, String>comparingByKey().thenComparing(Map.Entry.comparingByValue()))
			.map((pair) -> pair.getKey() + "=" + pair.getValue())
			.collect(Collectors.joining("&"));
	}

	private static Stream<String> pairs(String query) {
		return Stream.of(query.split("&")).filter((pair) -> !pair.isEmpty());
	}

	private static String name(String pair) {
		int separator = pair.indexOf('=');
		return (separator < 0) ? pair : pair.substring(0, separator);
	}

	private static String value(String pair) {
		int separator = pair.indexOf('=');
		return (separator < 0) ? "" : pair.substring(separator + 1);
	}

	/** A plus is a plus in a signed query, and no blank. */
	private static String decode(String text) throws InvalidSignatureException {
		try {
			return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidSignatureException(Reason.INCOMPLETE, "The query is not percent-encoded as it must be");
		}
	}

	/** As RFC 3986 has it, which differs from HTML forms in three characters. */
	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8)
			.replace("+", "%20")
			.replace("*", "%2A")
			.replace("%7E", "~");
	}

	private static String sha256(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
