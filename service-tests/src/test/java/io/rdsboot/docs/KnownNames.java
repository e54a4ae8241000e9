package io.rdsboot.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The configuration properties that the metadata of all libraries of the class path tell
 * of.
 */
class KnownNames {

	private static final Pattern MAP = Pattern.compile("java\\.util\\.(Map<.*|Properties|List<.*|Set<.*)");

	/**
	 * Groups of the reader's own application, and of libraries that these tests have not
	 * on their class path.
	 */
	private static final Set<String> ELSEWHERE = Set.of("app", "spring.kafka", "spring.liquibase", "spring.r2dbc",
			"spring.reactor");

	private final Set<String> names = new HashSet<>();

	private final Set<String> maps = new HashSet<>();

	private final Map<String, Class<?>> types = new HashMap<>();

	KnownNames() {
		for (String file : new String[] { "spring-configuration-metadata.json",
				"additional-spring-configuration-metadata.json" }) {
			try {
				for (URL metadata : Collections.list(getClass().getClassLoader().getResources("META-INF/" + file))) {
					add(metadata);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	private void add(URL metadata) throws IOException {
		try (InputStream input = metadata.openStream()) {
			JsonNode root = new JsonMapper().readTree(input);
			for (JsonNode property : root.path("properties")) {
				String name = property.path("name").asString();
				this.names.add(name);
				if (MAP.matcher(property.path("type").asString("")).matches()) {
					this.maps.add(name + ".");
					this.maps.add(name + "[");
				}
			}
			for (JsonNode group : root.path("groups")) {
				addType(group.path("name").asString(), group.path("type").asString(""));
			}
		}
	}

	private void addType(String prefix, String name) {
		if (!prefix.startsWith("rds")) {
			return;
		}
		try {
			Class<?> type = Class.forName(name.replaceAll("<.*", ""));
			ConfigurationProperties annotation = type.getAnnotation(ConfigurationProperties.class);
			if (annotation != null && prefix.equals(annotation.value())) {
				this.types.put(prefix, type);
			}
		}
		catch (ClassNotFoundException ex) {
			// A nested type, whose owner is bound.
		}
	}

	/**
	 * Returns whether there is such a property.
	 */
	boolean isProperty(String name) {
		return this.names.contains(name) || this.maps.stream().anyMatch(name::startsWith)
				|| ELSEWHERE.stream().anyMatch((group) -> name.startsWith(group + "."));
	}

	/**
	 * Returns whether there are properties below a name.
	 */
	boolean isGroup(String name) {
		return isProperty(name) || this.names.stream().anyMatch((property) -> property.startsWith(name + "."));
	}

	/**
	 * Returns the classes that {@code rds.*} is bound to, by their prefixes.
	 */
	Map<String, Class<?>> types() {
		return this.types;
	}

}
