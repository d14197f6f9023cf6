import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  cacheDir,
  fileExists,
  findFreePort,
  isOnPath,
  launchProgram,
  type RunningProgram,
  runProgram,
  waitForPort,
} from './process.ts'

const VERSION = '3.9.2'
const kafkaHome = join(cacheDir, `kafka-${VERSION}`)
const jars = join(kafkaHome, 'libs')
/**
 * Java's class data archive, written by the first clean stop. It halves the time of later starts.
 */
const classArchive = join(kafkaHome, 'classes.jsa')

/** A broker with its controller in KRaft mode, for one test or one test run. */
export interface KafkaBroker {
  readonly address: string
  /** Stops or kills the broker. Its data and its address stay. */
  down(how: 'stop' | 'kill'): Promise<void>
  /** Starts it again at the same address. */
  up(): Promise<void>
  /** Stops it and removes its data. */
  close(): Promise<void>
}

/** Makes TLS and SCRAM mandatory for clients. */
export interface KafkaLogin {
  readonly username: string
  readonly password: string
  /** A PKCS12 file with the broker's key and certificate. */
  readonly keystore: { readonly path: string; readonly password: string }
}

/**
 * Fetches Apache Kafka's jars with Maven, once. Rejects with the reason if they cannot be run here.
 */
export async function fetchKafka(): Promise<void> {
  if (!(await isOnPath('java'))) throw new Error('there is no Java to run Apache Kafka with')
  if (await fileExists(join(jars, '.complete'))) return
  await rm(kafkaHome, { recursive: true, force: true })
  await mkdir(jars, { recursive: true })
  const pom = join(kafkaHome, 'pom.xml')
  await writeFile(pom, POM)
  await runProgram('mvn', [
    '-B',
    '-q',
    '-ntp',
    '-f',
    pom,
    'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${jars}`,
  ])
  await writeFile(join(jars, '.complete'), '')
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka-for-tests</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-reload4j</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`

/** Starts a broker on a free local port. */
export async function startKafka(login: KafkaLogin | null = null): Promise<KafkaBroker> {
  await fetchKafka()
  const dir = await mkdtemp(join(tmpdir(), 'codex-judge-kafka-'))
  const [port, controller] = [await findFreePort(), await findFreePort()]
  const settings = join(dir, 'server.properties')
  await writeFile(settings, formatProperties({ dir, port, controller, login }))
  await writeFile(join(dir, 'log4j.properties'), LOG4J_PROPERTIES)
  await formatLogDirectory(dir, settings, login)
  const program = await buildJavaCommand(dir)
  const start = async (): Promise<RunningProgram> => {
    const server = launchProgram({
      ...program,
      args: [...program.args, 'kafka.Kafka', settings],
      log: join(dir, 'kafka.log'),
    })
    await waitForPort(port, server)
    return server
  }
  let server = await start()
  return {
    address: `127.0.0.1:${port}`,
    down: (how) => server[how](),
    up: async () => {
      server = await start()
    },
    close: async () => {
      await ((await fileExists(classArchive)) ? server.kill() : server.stop())
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Clients use the listener CLIENTS; the traffic of the controller is never encrypted. */
const formatProperties = (of: {
  dir: string
  port: number
  controller: number
  login: KafkaLogin | null
}): string =>
  [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${of.controller}`,
    `listeners=CLIENTS://127.0.0.1:${of.port},CONTROLLER://127.0.0.1:${of.controller}`,
    `advertised.listeners=CLIENTS://127.0.0.1:${of.port}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=CLIENTS',
    `listener.security.protocol.map=CLIENTS:${of.login === null ? 'PLAINTEXT' : 'SASL_SSL'},CONTROLLER:PLAINTEXT`,
    `log.dirs=${join(of.dir, 'data')}`,
    'num.partitions=3',
    'auto.create.topics.enable=false',
    'offsets.topic.num.partitions=1',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'group.min.session.timeout.ms=1000',
    'log.segment.bytes=16777216',
    'log.cleaner.dedupe.buffer.size=2097152',
    'num.network.threads=2',
    'num.io.threads=2',
    'background.threads=2',
    'controlled.shutdown.enable=false',
    ...(of.login === null ? [] : formatLoginProperties(of.login)),
    '',
  ].join('\n')

const formatLoginProperties = ({ username, password, keystore }: KafkaLogin): readonly string[] => [
  'sasl.enabled.mechanisms=SCRAM-SHA-512',
  'sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512',
  `listener.name.clients.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="${username}" password="${password}";`,
  'ssl.keystore.type=PKCS12',
  `ssl.keystore.location=${keystore.path}`,
  `ssl.keystore.password=${keystore.password}`,
  'ssl.truststore.type=PKCS12',
  `ssl.truststore.location=${keystore.path}`,
  `ssl.truststore.password=${keystore.password}`,
  'ssl.endpoint.identification.algorithm=',
]

const LOG4J_PROPERTIES = `log4j.rootLogger=WARN, E
log4j.appender.E=org.apache.log4j.ConsoleAppender
log4j.appender.E.layout=org.apache.log4j.PatternLayout
log4j.appender.E.layout.ConversionPattern=%d %p %c{1} %m%n
`

/**
 * Creates the empty log directory. That starts another Java process, so a directory without a login
 * is cached as a template: it contains no port, and all test brokers share their cluster id.
 */
async function formatLogDirectory(
  dir: string,
  settings: string,
  login: KafkaLogin | null,
): Promise<void> {
  const template = join(kafkaHome, 'formatted')
  const data = join(dir, 'data')
  if (login === null && (await fileExists(join(template, 'meta.properties')))) {
    await cp(template, data, { recursive: true })
    return
  }
  const scram = login && `SCRAM-SHA-512=[name=${login.username},password=${login.password}]`
  await runProgram('java', [
    '-Xmx256m',
    `-Dlog4j.configuration=file:${join(dir, 'log4j.properties')}`,
    '-cp',
    `${jars}/*`,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    'MkU3OEVBNTcwNTJENDM2Qg',
    '-c',
    settings,
    ...(scram === null ? [] : ['--add-scram', scram]),
  ])
  if (login !== null) return
  const mine = `${template}.${process.pid}`
  await cp(data, mine, { recursive: true })
  // If another process has written the template first, that one is used.
  await rename(mine, template).catch(() => rm(mine, { recursive: true }))
}

/** A Java command line with little memory and a fast start. */
async function buildJavaCommand(
  dir: string,
): Promise<{ readonly command: string; readonly args: readonly string[] }> {
  const names = (await readdir(jars)).filter((name) => name.endsWith('.jar')).sort()
  return {
    command: 'java',
    args: [
      '-Xmx512m',
      '-Xms64m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Xshare:auto',
      (await fileExists(classArchive))
        ? `-XX:SharedArchiveFile=${classArchive}`
        : `-XX:ArchiveClassesAtExit=${classArchive}`,
      '-Xlog:cds=off',
      '-Xlog:cds+dynamic=off',
      '-Djava.awt.headless=true',
      '-Djava.net.preferIPv4Stack=true',
      `-Dlog4j.configuration=file:${join(dir, 'log4j.properties')}`,
      '-cp',
      names.map((name) => join(jars, name)).join(':'),
    ],
  }
}
