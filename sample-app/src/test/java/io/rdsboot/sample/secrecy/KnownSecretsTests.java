package io.rdsboot.sample.secrecy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link KnownSecrets}: that a search for them would find them.
 */
class KnownSecretsTests {

	private static final String TOKEN = "localhost:5432/?Action=connect&DBUser=app&X-Amz-Security-Token=a%2Fb%2B01234"
			+ "&X-Amz-Signature=0123456789abcdef";

	private final KnownSecrets secrets = new KnownSecrets();

	@Test
	void formsOfATokenAreItselfItsSignatureAndItsSessionToken() {
		this.secrets.add(TOKEN);
		assertThat(this.secrets.forms()).contains(TOKEN, "0123456789abcdef", "a/b+01234", "a%2Fb%2B01234");
	}

	@Test
	void formsOfAPasswordAreFoundInALineHoweverEncoded() {
		String password = "p\"w\\/+? =0123";
		this.secrets.add(password);
		byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
		List<String> lines = List.of(password, URLEncoder.encode(password, StandardCharsets.UTF_8),
				Base64.getEncoder().encodeToString(bytes), Base64.getUrlEncoder().encodeToString(bytes),
				HexFormat.of().formatHex(bytes), HexFormat.of().withUpperCase().formatHex(bytes),
				"{\"password\":\"p\\\"w\\\\/+? =0123\"}");
		assertThat(lines).allMatch((line) -> this.secrets.forms().stream().anyMatch(("x" + line + "y")::contains));
	}

}
