import {
  CheckIcon,
  CircleSlashIcon,
  ClockIcon,
  CommentIcon,
  DotFillIcon,
  EyeIcon,
  GitCommitIcon,
  type Icon,
  InboxIcon,
  IterationsIcon,
  LawIcon,
  MegaphoneIcon,
  PackageIcon,
  PersonFillIcon,
  PlayIcon,
  RocketIcon,
  SearchIcon,
  SkipIcon,
  XIcon,
} from '@primer/octicons-react'

const icons: Readonly<Record<string, Icon>> = {
  check: CheckIcon,
  'check-circle-fill': CheckIcon,
  'circle-slash': CircleSlashIcon,
  clock: ClockIcon,
  comment: CommentIcon,
  eye: EyeIcon,
  'git-commit': GitCommitIcon,
  inbox: InboxIcon,
  iterations: IterationsIcon,
  law: LawIcon,
  megaphone: MegaphoneIcon,
  package: PackageIcon,
  'person-fill': PersonFillIcon,
  person: PersonFillIcon,
  play: PlayIcon,
  rocket: RocketIcon,
  search: SearchIcon,
  skip: SkipIcon,
  x: XIcon,
}

/** The icon that the service names; a dot for one that this page does not know. */
export const iconByName = (name: string): Icon =>
  Object.hasOwn(icons, name) ? (icons[name] ?? DotFillIcon) : DotFillIcon
