package io.rdsboot.autoconfigure.topology;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

import io.rdsboot.cluster.discovery.PlacementMonitor;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.util.StringUtils;

/**
 * Availability zone of the application, as the metadata of its ECS task or its EC2
 * instance tells it. Nothing is asked on a machine that shows a sign of neither. A
 * request has a second. Thread-safe.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html">Task
 * metadata endpoint version 4</a>
 * @see <a href=
 * "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html">Instance
 * metadata service, IMDSv2</a>
 */
final class InstanceMetadataZone implements PlacementMonitor.OwnZone {

	private static final String TASK_METADATA = "ECS_CONTAINER_METADATA_URI_V4";

	private static final String EC2_METADATA = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

	private static final String EC2_METADATA_DISABLED = "AWS_EC2_METADATA_DISABLED";

	private static final Path MACHINE = Path.of("/sys/devices/virtual/dmi/id");

	private static final int TIMEOUT = (int) Duration.ofSeconds(1).toMillis();

	private static final int MAX_BYTES = 1 << 20;

	private static final Pattern ZONE = Pattern.compile("[a-z0-9-]{4,40}");

	private final Function<String, @Nullable String> environment;

	private final Path machine;

	/**
	 * Create a source.
	 * @param environment the environment's variables
	 */
	InstanceMetadataZone(Function<String, @Nullable String> environment) {
		this(environment, MACHINE);
	}

	/**
	 * Create a source.
	 * @param machine the directory in which the system says who has built the machine
	 */
	InstanceMetadataZone(Function<String, @Nullable String> environment, Path machine) {
		this.environment = environment;
		this.machine = machine;
	}

	@Override
	public boolean canBeAsked() {
		return StringUtils.hasText(this.environment.apply(TASK_METADATA)) || isEc2();
	}

	/**
	 * The vendor tells instances that are built on Nitro, and the asset tag bare-metal
	 * ones.
	 */
	private boolean isEc2() {
		return !"true".equalsIgnoreCase(this.environment.apply(EC2_METADATA_DISABLED))
				&& (read("sys_vendor").equals("Amazon EC2") || read("board_asset_tag").startsWith("i-"));
	}

	private String read(String name) {
		try {
			return Files.readString(this.machine.resolve(name)).strip();
		}
		catch (IOException ex) {
			return "";
		}
	}

	@Override
	public String find() throws IOException {
		String task = this.environment.apply(TASK_METADATA);
		String zone = StringUtils.hasText(task) ? ofTask(task) : null;
		if (zone == null && isEc2()) {
			zone = ofInstance();
		}
		if (zone == null || !ZONE.matcher(zone).matches()) {
			throw new IOException("the metadata has no name of a zone");
		}
		return zone;
	}

	private static @Nullable String ofTask(String task) throws IOException {
		String answer = request("GET", uri(task + "/task"), Map.of());
		try {
			Object zone = JsonParserFactory.getJsonParser().parseMap(answer).get("AvailabilityZone");
			return (zone != null) ? zone.toString() : null;
		}
		catch (JsonParseException ex) {
			throw new IOException("the metadata of the ECS task is no JSON", ex);
		}
	}

	private String ofInstance() throws IOException {
		String configured = this.environment.apply(EC2_METADATA);
		String endpoint = StringUtils.hasText(configured) ? StringUtils.trimTrailingCharacter(configured, '/')
				: "http://169.254.169.254";
		String token = request("PUT", uri(endpoint + "/latest/api/token"),
				Map.of("X-aws-ec2-metadata-token-ttl-seconds", "60"));
		return request("GET", uri(endpoint + "/latest/meta-data/placement/availability-zone"),
				Map.of("X-aws-ec2-metadata-token", token))
			.strip();
	}

	private static URI uri(String text) throws IOException {
		try {
			return URI.create(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IOException("the address of the metadata is no URI: " + ex.getMessage(), ex);
		}
	}

	/**
	 * The addresses are local to the machine, so that no proxy is asked.
	 */
	private static String request(String method, URI uri, Map<String, String> headers) throws IOException {
		if (!(uri.toURL().openConnection(Proxy.NO_PROXY) instanceof HttpURLConnection connection)) {
			throw new IOException("the metadata at " + uri + " is not served by HTTP");
		}
		connection.setConnectTimeout(TIMEOUT);
		connection.setReadTimeout(TIMEOUT);
		connection.setRequestMethod(method);
		connection.setInstanceFollowRedirects(false);
		headers.forEach(connection::setRequestProperty);
		try {
			int status = connection.getResponseCode();
			if (status != HttpURLConnection.HTTP_OK) {
				throw new IOException("the metadata at " + uri + " answers with status " + status);
			}
			try (InputStream body = connection.getInputStream()) {
				return new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
			}
		}
		finally {
			connection.disconnect();
		}
	}

}
