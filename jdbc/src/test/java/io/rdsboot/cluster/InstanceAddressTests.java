package io.rdsboot.cluster;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link InstanceAddress}.
 */
class InstanceAddressTests {

	@ParameterizedTest
	@CsvSource({ "db.example.com, db.example.com, 5432", "DB.Example.com:6432, db.example.com, 6432",
			"10.0.0.7:1, 10.0.0.7, 1", "[::1], ::1, 5432", "[2001:db8::5]:65535, 2001:db8::5, 65535",
			"[fe80::1%eth0], fe80::1%eth0, 5432", "' db ', db, 5432" })
	void parseReadsHostAndPort(String text, String host, int port) {
		assertThat(InstanceAddress.parse(text)).isEqualTo(new InstanceAddress(host, port));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ":5432", "db:", "db:port", "db:0", "db:65536", "db:5432:5433", "[::1", "[::1]5432",
			"user@db", "user%40db", "db/app", "a b", "db:-1", "jdbc:postgresql://db" })
	void parseWhenNotAnAddressThrows(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> InstanceAddress.parse(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "::1", "2001:db8::5", "fe80::1%eth0", "::ffff:10.0.0.7" })
	void parseWhenBracketsAreMissingSaysSo(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> InstanceAddress.parse(text))
			.withMessage("'%s' is an IPv6 address without brackets: write [%1$s] or [%1$s]:port", text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "db.example.com:5432", "[2001:db8::5]:5433" })
	void toStringCanBeParsedAgain(String text) {
		assertThat(InstanceAddress.parse(text)).hasToString(text);
	}

	@Test
	void parseWhenPortIsOutOfRangeNamesIt() {
		assertThatIllegalArgumentException().isThrownBy(() -> InstanceAddress.parse("db:70000"))
			.withMessageContaining("70000");
	}

}
