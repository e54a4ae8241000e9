package io.rdsboot.actuate.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import jakarta.servlet.http.HttpServletResponse;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.util.MimeType;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.util.HtmlUtils;

/**
 * Web endpoint that serves the console: a page for operators, with its scripts and its
 * style. The page fetches what it shows from other endpoints, under their own exposure,
 * access and security; this one has no data and changes nothing. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
@WebEndpoint(id = "rdsconsole", defaultAccess = Access.READ_ONLY)
public final class RdsConsoleEndpoint {

	private static final EndpointId ID = EndpointId.of("rdsconsole");

	/**
	 * The page runs and loads what this endpoint serves, and nothing else; nobody may
	 * frame it, because its buttons could be clicked by deception.
	 */
	private static final Map<String, String> HEADERS = Map.of("Content-Security-Policy",
			"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options", "nosniff", "X-Frame-Options", "DENY", "Referrer-Policy", "no-referrer",
			"Cache-Control", "no-cache");

	private static final MimeType HTML = new MimeType("text", "html", StandardCharsets.UTF_8);

	private static final MimeType CSS = new MimeType("text", "css", StandardCharsets.UTF_8);

	private static final MimeType SCRIPT = new MimeType("text", "javascript", StandardCharsets.UTF_8);

	private static final MimeType SVG = new MimeType("image", "svg+xml", StandardCharsets.UTF_8);

	private static final Map<String, MimeType> FILES = Map.of("console.css", CSS, "icon.svg", SVG, "console.js", SCRIPT,
			"cluster.js", SCRIPT, "vectors.js", SCRIPT, "diagnostics.js", SCRIPT, "dom.js", SCRIPT, "format.js", SCRIPT,
			"source.js", SCRIPT);

	private final List<DataEndpoint> dataEndpoints;

	private final Supplier<PathMappedEndpoints> exposed;

	private final String template;

	/**
	 * Create the endpoint.
	 * @param dataEndpoints the endpoints that the page shows
	 * @param exposed the endpoints that are exposed, asked for once all endpoints are
	 * known
	 */
	public RdsConsoleEndpoint(List<DataEndpoint> dataEndpoints, Supplier<PathMappedEndpoints> exposed) {
		this.dataEndpoints = List.copyOf(dataEndpoints);
		this.exposed = exposed;
		try {
			this.template = resource("console.html").getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the page.
	 */
	@ReadOperation(produces = "text/html")
	public WebEndpointResponse<Resource> page() {
		String root = rootPath(ID);
		String path = (root != null) ? root : ID.toString();
		String html = this.template.replace("{{files}}",
				HtmlUtils.htmlEscape(path.substring(path.lastIndexOf('/') + 1)));
		for (DataEndpoint endpoint : this.dataEndpoints) {
			String target = rootPath(endpoint.id());
			html = html.replace("{{%s.path}}".formatted(endpoint.id()),
					(target != null) ? HtmlUtils.htmlEscape(relative(path, target)) : "");
			html = html.replace("{{%s.state}}".formatted(endpoint.id()), state(endpoint, target));
		}
		return respond(new ByteArrayResource(html.getBytes(StandardCharsets.UTF_8)), HTML);
	}

	/**
	 * Return a file of the page.
	 * @param name its name
	 * @return the file, or {@code null} if there is none of that name
	 */
	@ReadOperation(produces = { "text/javascript", "text/css", "image/svg+xml" })
	public @Nullable WebEndpointResponse<Resource> file(@Selector String name) {
		MimeType type = FILES.get(name);
		return (type != null) ? respond(resource(name), type) : null;
	}

	private @Nullable String rootPath(EndpointId id) {
		PathMappedEndpoint endpoint = this.exposed.get().getEndpoint(id);
		return (endpoint != null) ? endpoint.getRootPath() : null;
	}

	/**
	 * Return the URL of an endpoint as seen from the page. It says nothing of what is
	 * before the paths of both: a context, a servlet, or a prefix that a proxy takes
	 * away.
	 */
	private static String relative(String from, String to) {
		return "../".repeat((int) from.chars().filter((each) -> each == '/').count()) + to;
	}

	private static String state(DataEndpoint endpoint, @Nullable String path) {
		if (!endpoint.inUse().get()) {
			return "unused";
		}
		if (path == null) {
			return "hidden";
		}
		return (endpoint.access().get() == Access.UNRESTRICTED) ? "write" : "read";
	}

	/**
	 * Operations cannot say headers. In a servlet container, the response is at hand.
	 */
	private static WebEndpointResponse<Resource> respond(Resource resource, MimeType type) {
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
			HttpServletResponse response = attributes.getResponse();
			if (response != null) {
				HEADERS.forEach(response::setHeader);
			}
		}
		return new WebEndpointResponse<>(resource, type);
	}

	private static ClassPathResource resource(String name) {
		return new ClassPathResource(name, RdsConsoleEndpoint.class);
	}

	/**
	 * Endpoint that the page shows.
	 *
	 * @param id its id
	 * @param inUse whether the application has what the endpoint is about
	 * @param access what the endpoint may be used for
	 */
	public record DataEndpoint(EndpointId id, Supplier<Boolean> inUse, Supplier<Access> access) {

	}

}
