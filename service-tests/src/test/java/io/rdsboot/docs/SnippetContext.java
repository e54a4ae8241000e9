package io.rdsboot.docs;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.rdsboot.routing.consistency.ConsistencyTokens;
import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.RecordQuery;
import io.rdsboot.vector.RecordWindow;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.text.TextEmbedder;
import io.rdsboot.vector.text.TextRecord;
import io.rdsboot.vector.text.TextRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.context.request.async.DeferredResult;

/**
 * What the snippets of the documentation take for granted: beans by their usual names,
 * and the types of the reader's own application.
 */
abstract class SnippetContext {

	static final Logger logger = LoggerFactory.getLogger(SnippetContext.class);

	RdsRetry retry;

	JdbcClient jdbc;

	ConsistencyTokens tokens;

	Executor executor;

	Executor applicationTaskExecutor;

	Runnable task;

	DataSource dataSource;

	String url;

	String username;

	String password;

	String writer;

	String reader;

	String secretId;

	TransactionTemplate writing;

	TransactionTemplate reading;

	Integer total;

	MeterRegistry registry;

	String currentTenant;

	VectorTable table;

	VectorSchema schema;

	VectorRepository<UUID> documents;

	org.springframework.ai.embedding.EmbeddingModel model;

	TextRepository<UUID> texts;

	TextEmbedder embedder;

	ModelClient client;

	Stream<TextRecord<UUID>> textRecords;

	List<TextRecord<UUID>> batchOfTexts;

	VectorIndexManager indexes;

	EmbeddingModel embeddingModel;

	EmbeddingStore<TextSegment> embeddingStore;

	Document document;

	LocalRdsCluster cluster;

	UUID id;

	float[] embedding;

	Stream<VectorRecord<UUID>> records;

	List<VectorRecord<UUID>> batch;

	VectorSearch search;

	RecordQuery query;

	RecordWindow<UUID> window;

	Path path;

	abstract void process(VectorRecord<UUID> row);

	Order order;

	Orders orders;

	Orders service;

	Locks locks;

	Prices prices;

	Customers customers;

	Message message;

	DeferredResult<Order> result;

	record Order(int id, int total) {
	}

	static class OrderApplication {

		static void main(String[] args) {
		}

	}

	interface Orders {

		Order find(UUID id);

		Order save(Order order);

		void handle(Message message);

	}

	interface Message {

		String getAttribute(String name);

		void setAttribute(String name, String value);

	}

	interface Locks {

		boolean acquire(String name);

	}

	record Price(int id) {
	}

	interface Prices {

		Optional<Price> findById(int id);

	}

	interface Customers {

		Mono<Void> rename(UUID id, String name);

	}

	interface ModelClient {

		List<float[]> embed(List<String> texts);

	}

	interface CurrentUser {

		String tenant();

	}

}
