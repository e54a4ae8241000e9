package io.rdsboot.autoconfigure.local;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of the connection details of a local cluster on class paths without one.
 */
class LocalRdsClusterDetailsFactoryTests {

	/**
	 * Docker Compose support and Testcontainers support load all factories at every
	 * start.
	 */
	@Test
	void factoriesAreSkippedWithoutTheLocalCluster() throws Exception {
		try (URLClassLoader loader = classPathWithoutLocalCluster()) {
			assertThatExceptionOfType(ClassNotFoundException.class)
				.isThrownBy(() -> loader.loadClass(LocalRdsCluster.class.getName()));
			Class<?> type = loader.loadClass(ConnectionDetailsFactories.class.getName());
			Object factories = type.getConstructor(ClassLoader.class).newInstance(loader);
			Object details = type.getMethod("getConnectionDetails", Object.class, boolean.class)
				.invoke(factories, "a source", false);
			assertThat(details).isEqualTo(Map.of());
		}
	}

	private static URLClassLoader classPathWithoutLocalCluster() throws IOException {
		String excluded = LocalRdsCluster.class.getProtectionDomain().getCodeSource().getLocation().getPath();
		URL[] urls = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.map(LocalRdsClusterDetailsFactoryTests::url)
			.filter((url) -> !url.getPath().equals(excluded))
			.toArray(URL[]::new);
		return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
	}

	private static URL url(String entry) {
		try {
			return Path.of(entry).toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
