package io.rdsboot.docs;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import com.sun.source.util.JavacTask;
import io.rdsboot.docs.MarkdownPage.Snippet;

/**
 * Compiles the Java snippets of the documentation. A snippet is statements, or else
 * members of a class; either way it is put into a class that inherits from
 * {@link SnippetContext}, whose fields and types are what the snippet takes for granted.
 */
class SnippetCompiler {

	/**
	 * What an IDE would import.
	 */
	private static final String IMPORTS = """
			import static io.rdsboot.test.QueryPlanAssert.assertThatPlan;
			import static io.rdsboot.vector.filter.MetadataFilter.*;
			import static org.assertj.core.api.Assertions.*;
			import com.github.kagkarlsson.scheduler.Scheduler;
			import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
			import com.zaxxer.hikari.*;
			import dev.langchain4j.data.document.splitter.DocumentSplitters;
			import dev.langchain4j.data.segment.TextSegment;
			import dev.langchain4j.rag.content.retriever.*;
			import dev.langchain4j.store.embedding.*;
			import dev.langchain4j.store.embedding.pgvector.*;
			import dev.openfeature.sdk.Client;
			import io.micrometer.core.instrument.MeterRegistry;
			import io.rdsboot.autoconfigure.*;
			import io.rdsboot.autoconfigure.aws.*;
			import io.rdsboot.autoconfigure.cluster.*;
			import io.rdsboot.autoconfigure.credentials.*;
			import io.rdsboot.autoconfigure.topology.*;
			import io.rdsboot.cluster.*;
			import io.rdsboot.credentials.*;
			import io.rdsboot.credentials.iam.*;
			import io.rdsboot.credentials.secretsmanager.*;
			import io.rdsboot.datasource.*;
			import io.rdsboot.diagnostics.*;
			import io.rdsboot.diagnostics.report.*;
			import io.rdsboot.langchain4j.*;
			import io.rdsboot.langchain4j.RdsEmbeddingStore.SearchMode;
			import io.rdsboot.langchain4j.autoconfigure.*;
			import io.rdsboot.move.*;
			import io.rdsboot.move.assess.*;
			import io.rdsboot.move.control.*;
			import io.rdsboot.move.copy.*;
			import io.rdsboot.move.read.*;
			import io.rdsboot.move.shadow.*;
			import io.rdsboot.move.replication.*;
			import io.rdsboot.move.schema.*;
			import io.rdsboot.move.verify.*;
			import io.rdsboot.pool.*;
			import io.rdsboot.pool.borrow.*;
			import io.rdsboot.routing.*;
			import io.rdsboot.routing.consistency.*;
			import io.rdsboot.routing.failure.*;
			import io.rdsboot.routing.infrastructure.*;
			import io.rdsboot.routing.selection.*;
			import io.rdsboot.test.*;
			import io.rdsboot.springai.*;
			import io.rdsboot.tls.*;
			import io.rdsboot.vector.*;
			import io.rdsboot.vector.filter.*;
			import io.rdsboot.vector.index.*;
			import io.rdsboot.vector.recall.*;
			import io.rdsboot.vector.jdbc.*;
			import io.rdsboot.vector.schema.*;
			import io.rdsboot.vector.table.*;
			import io.rdsboot.vector.text.*;
			import io.rdsboot.vector.type.*;
			import io.rdsboot.web.*;
			import java.io.*;
			import java.nio.file.*;
			import java.sql.*;
			import java.time.*;
			import java.util.*;
			import java.util.concurrent.*;
			import java.util.stream.*;
			import java.util.zip.*;
			import javax.sql.DataSource;
			import org.flywaydb.core.Flyway;
			import org.junit.jupiter.api.*;
			import org.postgresql.ds.*;
			import org.springframework.ai.document.Document;
			import org.springframework.ai.embedding.TokenCountBatchingStrategy;
			import org.springframework.ai.vectorstore.*;
			import org.springframework.batch.infrastructure.item.database.*;
			import org.springframework.batch.infrastructure.item.database.builder.*;
			import org.springframework.beans.factory.annotation.*;
			import org.springframework.boot.*;
			import org.springframework.boot.jdbc.*;
			import org.springframework.boot.sql.init.dependency.*;
			import org.springframework.boot.test.context.*;
			import org.springframework.boot.web.servlet.*;
			import org.springframework.cache.annotation.Cacheable;
			import org.springframework.context.annotation.*;
			import org.springframework.jdbc.datasource.DelegatingDataSource;
			import org.springframework.jdbc.core.*;
			import org.springframework.jdbc.core.simple.*;
			import org.springframework.jdbc.support.*;
			import org.springframework.resilience.annotation.*;
			import org.springframework.stereotype.*;
			import org.springframework.transaction.*;
			import org.springframework.transaction.annotation.Transactional;
			import org.springframework.transaction.support.*;
			import reactor.core.publisher.Mono;
			import software.amazon.awssdk.auth.credentials.*;
			import software.amazon.awssdk.services.secretsmanager.*;
			""".replace('\n', ' ');

	private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

	/**
	 * Compiles snippets, and returns what is wrong with them.
	 */
	List<String> compile(List<Snippet> snippets) {
		Map<String, Snippet> names = new LinkedHashMap<>();
		List<Source> sources = new ArrayList<>();
		for (Snippet snippet : snippets) {
			String name = "Snippet" + names.size();
			names.put("/" + name + ".java", snippet);
			Source statements = new Source(name, "void run() throws Exception { ", snippet.code(), "}");
			sources.add(parses(statements) ? statements : new Source(name, "", snippet.code(), ""));
		}
		return errors(sources, JavacTask::analyze).stream().map((error) -> describe(error, names)).toList();
	}

	private boolean parses(Source source) {
		return errors(List.of(source), JavacTask::parse).isEmpty();
	}

	private List<Diagnostic<? extends JavaFileObject>> errors(List<Source> sources, Step step) {
		DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
		List<String> options = List.of("-classpath", System.getProperty("java.class.path"), "-proc:none");
		JavacTask task = (JavacTask) this.compiler.getTask(new StringWriter(), null, problems, options, null, sources);
		try {
			step.run(task);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return problems.getDiagnostics()
			.stream()
			.filter((problem) -> problem.getKind() == Diagnostic.Kind.ERROR)
			.toList();
	}

	private static String describe(Diagnostic<? extends JavaFileObject> problem, Map<String, Snippet> names) {
		JavaFileObject source = problem.getSource();
		Snippet snippet = (source != null) ? names.get(source.toUri().getPath()) : null;
		String place = (snippet != null) ? "%s:%d".formatted(snippet.page(), snippet.line() + problem.getLineNumber())
				: "no page";
		return place + ": " + problem.getMessage(null).lines().map(String::strip).collect(Collectors.joining(" "));
	}

	/**
	 * The source of one snippet, whose first line is the snippet's first.
	 */
	private static final class Source extends SimpleJavaFileObject {

		private final String text;

		Source(String name, String before, String code, String after) {
			super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
			this.text = "package io.rdsboot.docs; " + IMPORTS
					+ "abstract class %s extends SnippetContext { ".formatted(name) + before + code + after + "}";
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.text;
		}

	}

	/**
	 * How far the compiler goes: nothing is ever written.
	 */
	private interface Step {

		void run(JavacTask task) throws IOException;

	}

}
