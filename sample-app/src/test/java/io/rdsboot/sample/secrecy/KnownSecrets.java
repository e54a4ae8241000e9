package io.rdsboot.sample.secrecy;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;

/**
 * The secrets that a program has had, and the forms in which they might be shown.
 * Thread-safe.
 */
final class KnownSecrets {

	private static final List<String> SECRET_PARAMETERS = List.of("X-Amz-Signature=", "X-Amz-Security-Token=");

	private final Set<String> secrets = new ConcurrentSkipListSet<>();

	/**
	 * Add a secret, and the secret parts of one that is a token.
	 */
	void add(String secret) {
		this.secrets.add(secret);
		for (String parameter : SECRET_PARAMETERS) {
			int start = secret.indexOf(parameter);
			if (start >= 0) {
				int end = secret.indexOf('&', start);
				String value = secret.substring(start + parameter.length(), (end < 0) ? secret.length() : end);
				this.secrets.add(URLDecoder.decode(value, StandardCharsets.UTF_8));
			}
		}
	}

	/**
	 * Write the secrets to a file, in Base64.
	 */
	void write(Path file) throws IOException {
		Files.write(file, this.secrets.stream().map(KnownSecrets::base64).toList());
	}

	/**
	 * Read what {@link #write} wrote.
	 */
	static KnownSecrets read(Path file) throws IOException {
		KnownSecrets known = new KnownSecrets();
		for (String line : Files.readAllLines(file)) {
			known.add(new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8));
		}
		return known;
	}

	int size() {
		return this.secrets.size();
	}

	/**
	 * Return every text that would give a secret away.
	 */
	Set<String> forms() {
		Set<String> forms = new LinkedHashSet<>();
		this.secrets.forEach((secret) -> forms(secret).forEach(forms::add));
		return forms;
	}

	private static Stream<String> forms(String secret) {
		byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
		String hex = HexFormat.of().formatHex(bytes);
		String urlEncoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
		return Stream.of(secret, urlEncoded, urlEncoded.replace("+", "%20"), jsonEscaped(secret),
				withoutPadding(base64(secret)), withoutPadding(Base64.getUrlEncoder().encodeToString(bytes)), hex,
				hex.toUpperCase(java.util.Locale.ROOT));
	}

	private static String jsonEscaped(String secret) {
		return secret.replace("\\", "\\\\").replace("\"", "\\\"");
	}

	private static String base64(String secret) {
		return Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
	}

	private static String withoutPadding(String base64) {
		return base64.replace("=", "");
	}

}
