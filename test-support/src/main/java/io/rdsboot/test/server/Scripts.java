package io.rdsboot.test.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Shell scripts beside the classes of this package.
 */
final class Scripts {

	private Scripts() {
	}

	static String read(String resource) {
		try (InputStream input = Scripts.class.getResourceAsStream(resource)) {
			if (input == null) {
				throw new IllegalStateException("%s is missing from the class path".formatted(resource));
			}
			return new String(input.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
