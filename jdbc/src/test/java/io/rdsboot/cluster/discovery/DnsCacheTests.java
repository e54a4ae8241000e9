package io.rdsboot.cluster.discovery;

import java.security.Security;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link DnsCache}.
 */
@ResourceLock("java.security")
class DnsCacheTests {

	private static final String PROPERTY = "networkaddress.cache.ttl";

	private final String before = Security.getProperty(PROPERTY);

	@AfterEach
	void restore() {
		Security.setProperty(PROPERTY, (this.before != null) ? this.before : "");
	}

	@Test
	void shortMemoryIsFine() {
		Security.setProperty(PROPERTY, "5");
		assertThat(DnsCache.warning(Duration.ofSeconds(5))).isEmpty();
	}

	@Test
	void longMemoryIsWarnedOfWithTheMend() {
		Security.setProperty(PROPERTY, "60");
		assertThat(DnsCache.warning(Duration.ofSeconds(30))).contains(
				"This JVM remembers host names for 60 s, and RDS may move them to another server within 30 s. Set the "
						+ "security property networkaddress.cache.ttl to 5: by "
						+ "java.security.Security.setProperty(\"networkaddress.cache.ttl\", \"5\") before the first name "
						+ "is looked up, or in the JVM's java.security file; -D does not set it");
	}

	@Test
	void memoryForEverIsWarnedOf() {
		Security.setProperty(PROPERTY, "-1");
		assertThat(DnsCache.warning(Duration.ofDays(1))).get().asString().contains("remembers host names for ever");
	}

	@Test
	void withoutASettingTheJdksDefaultHolds() {
		Security.setProperty(PROPERTY, "");
		assertThat(DnsCache.warning(Duration.ofSeconds(29))).get().asString().contains("for 30 s");
		assertThat(DnsCache.warning(Duration.ofSeconds(30))).isEmpty();
	}

}
