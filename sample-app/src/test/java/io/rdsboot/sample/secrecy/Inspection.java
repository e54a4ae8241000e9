package io.rdsboot.sample.secrecy;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Prints all that can be seen of a running service.
 */
final class Inspection {

	private static final String POOLS = "com.zaxxer.hikari:*";

	private final JsonMapper json = new JsonMapper();

	private final HttpClient http = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	private final PrintStream output;

	Inspection(ConfigurableApplicationContext context, PrintStream output) {
		this.context = context;
		this.output = output;
	}

	void printAll() throws Exception {
		printBeans();
		printEndpoints();
		printPools();
		Thread.getAllStackTraces().keySet().forEach((thread) -> this.output.println("thread " + thread.getName()));
	}

	/**
	 * The environment is left out: at level DEBUG Spring's property sources write all
	 * their values into their text.
	 */
	private void printBeans() {
		for (String name : this.context.getBeanDefinitionNames()) {
			if (this.context.getBeanFactory().isSingleton(name)) {
				Object bean = this.context.getBean(name);
				if (!(bean instanceof Environment)) {
					this.output.println("bean " + name + " = " + bean);
				}
			}
		}
	}

	private void printEndpoints() throws IOException, InterruptedException {
		JsonNode links = this.json.readTree(get(base() + "/actuator")).get("_links");
		List<String> names = new ArrayList<>();
		for (String name : links.propertyNames()) {
			JsonNode link = links.get(name);
			if (!link.get("templated").asBoolean()) {
				names.add(name);
				this.output.println("endpoint " + name + " = " + get(link.get("href").asString()));
			}
		}
		this.output.println("endpoints " + names);
		for (JsonNode metric : this.json.readTree(get(base() + "/actuator/metrics")).get("names")) {
			this.output.println(get(base() + "/actuator/metrics/" + metric.asString()));
		}
		for (String property : List.of("rds.credentials.password", "rds.credentials.type", "aws.secretAccessKey")) {
			this.output.println(get(base() + "/actuator/env/" + property));
		}
	}

	private void printPools() throws JMException {
		MBeanServer server = ManagementFactory.getPlatformMBeanServer();
		for (ObjectName name : server.queryNames(new ObjectName(POOLS), null)) {
			for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
				if (attribute.isReadable()) {
					this.output.println("mbean " + name + " " + attribute.getName() + " = "
							+ attribute(server, name, attribute.getName()));
				}
			}
		}
	}

	private static String attribute(MBeanServer server, ObjectName name, String attribute) {
		try {
			return String.valueOf(server.getAttribute(name, attribute));
		}
		catch (JMException | RuntimeException ex) {
			return String.valueOf(ex);
		}
	}

	/**
	 * Let each pool open new connections in place of those that it has.
	 */
	static void evictConnections() throws JMException {
		MBeanServer server = ManagementFactory.getPlatformMBeanServer();
		for (ObjectName name : server.queryNames(new ObjectName(POOLS), null)) {
			if ("Pool".equals(name.getKeyProperty("type")) || name.getKeyProperty("type").startsWith("Pool (")) {
				server.invoke(name, "softEvictConnections", new Object[0], new String[0]);
			}
		}
	}

	private String base() {
		return "http://localhost:" + this.context.getEnvironment().getProperty("local.server.port");
	}

	private String get(String uri) throws IOException, InterruptedException {
		return this.http.send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString())
			.body();
	}

}
